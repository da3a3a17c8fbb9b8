package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.interop.Siegecraft.Way;
import io.tern.wire.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// A broker with 256 MB of heap, and 200 connections that make it hold all they can, in every way at once: one client
/// of HiveMQ's that publishes to itself at QoS 1 is served throughout, and the process lives.
///
/// Ten seconds; a minute with `-Dtern.full=true`, where the time of the round trips is looked at as well.
@Isolated("what it does to the machine is nobody else's concern")
final class SiegeTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final long SECONDS = Long.getLong("tern.siege.seconds", FULL ? 60 : 10);
    private static final int BESIEGERS = 200;
    private static final int LIFE_SECONDS = 300;
    private static final long ROUND_TRIP_MAX_MILLIS = 1_000;
    /// The healthy client is one of a thousand, not a load of its own.
    private static final long TRIP_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    @Test
    void who_does_no_harm_is_served_whatever_the_others_make_the_broker_hold() throws Exception {
        try (BrokerProcess broker = new BrokerProcess(
                List.of("-Xmx256m", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError"), LIFE_SECONDS)) {
            AtomicIntegerArray ways = new AtomicIntegerArray(Way.values().length);
            long[] tripNanos;
            try {
                tripNanos = besieged(broker.port(Transport.TCP), ways);
            } finally {
                assertThat(broker.isAlive()).as(broker.lastWords()).isTrue();
            }
            assertThat(broker.complaints())
                    .noneMatch(line -> line.contains(" ERROR ") || line.contains("OutOfMemory"));
            for (Way each : Besieger.WAYS) {
                assertThat(ways.get(each.ordinal())).as("%s", each).isPositive();
            }
            report(tripNanos);
        }
    }

    /// Lays siege to a broker, and counts what it does for somebody else meanwhile.
    ///
    /// @return what each round trip took, the longest last
    private static long[] besieged(int port, AtomicIntegerArray ways) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Long> trips = new ArrayList<>();
        Setup setup = new Setup(
                new Variant(Maker.HIVEMQ, Transport.TCP, MqttVersion.V5), port, "healthy", true, null, 10);
        try (ForeignClient healthy = new HiveMq5Client(setup)) {
            healthy.connect();
            healthy.subscribe("healthy/own", 1);
            Thread siege = Thread.ofPlatform().name("siege").start(() -> besiege(port, ways, over));
            try {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    trip(healthy, "trip " + trips.size());
                    trips.add(System.nanoTime() - start);
                    LockSupport.parkNanos(TRIP_PAUSE_NANOS);
                }
            } finally {
                over.set(true);
                siege.join();
            }
            healthy.disconnect();
        }
        return trips.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void besiege(int port, AtomicIntegerArray ways, AtomicBoolean over) {
        Siegecraft siegecraft = new Siegecraft(new Random(1));
        List<Besieger> besiegers = new ArrayList<>();
        for (int i = 0; i < BESIEGERS; i++) {
            besiegers.add(new Besieger(port, i, siegecraft, ways, TimeUnit.SECONDS.toNanos(SECONDS) / 10));
        }
        while (!over.get()) {
            besiegers.forEach(each -> each.step(System.nanoTime()));
            LockSupport.parkNanos(STEP_NANOS);
        }
        besiegers.forEach(each -> each.end(System.nanoTime()));
    }

    private static void trip(ForeignClient healthy, String text) throws Exception {
        ForeignClient.Answer answer = healthy.publishLater(Message.of("healthy/own", text, 1));
        assertThat(healthy.receive().text()).isEqualTo(text);
        answer.await();
    }

    private static void report(long[] tripNanos) {
        long worstMillis = TimeUnit.NANOSECONDS.toMillis(tripNanos[tripNanos.length - 1]);
        System.out.printf("siege: %d s, %d round trips, median %d us, p99 %d ms, longest %d ms%n",
                SECONDS, tripNanos.length, tripNanos[tripNanos.length / 2] / 1_000,
                TimeUnit.NANOSECONDS.toMillis(tripNanos[tripNanos.length * 99 / 100]), worstMillis);
        if (FULL) {
            assertThat(worstMillis).isLessThan(ROUND_TRIP_MAX_MILLIS);
        }
    }
}
