package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testkit.RawClient;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Hundreds of hostile sockets at once, while one client of HiveMQ's goes on as if nothing were the matter.
///
/// Ten seconds, in which each buffer is watched for leaks; or a minute with `-Dtern.full=true`, where the time of the
/// round trips is looked at instead: watching costs the broker 24 ms for one header of the PROXY protocol. The seed is
/// another one each time, and printed; `-Dtern.fuzz.seed=N` gives it. What is sent comes from the seed, its order
/// between sockets doesn't.
@Isolated("what it does to the machine is nobody else's concern")
final class FuzzTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final long SECONDS = Long.getLong("tern.fuzz.seconds", FULL ? 60 : 10);
    private static final int ATTACKERS = 300;
    private static final int LIFE_SECONDS = 300;
    private static final String LEAKS = "-Dio.netty.leakDetection.level=" + (FULL ? "disabled" : "paranoid");
    private static final long ROUND_TRIP_MAX_MILLIS = 200;

    /// One of each for a connection, as long as it is open, and none for what has ended.
    private static final List<String> OF_CONNECTIONS = List.of(
            "io.tern.broker.link.Link",
            "io.tern.transport.TcpConnection",
            "io.tern.transport.WebSocketConnection",
            "io.netty.handler.ssl.SslHandler",
            "io.netty.handler.codec.haproxy.HAProxyMessageDecoder");

    @TempDir
    private Path folder;

    private BrokerProcess broker;
    private Target target;

    @BeforeEach
    void start() throws Exception {
        TestAuthority authority = TestAuthority.of("root");
        TestFiles files = authority.issue("server", "localhost").write(folder, "server");
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                listeners:
                  secure: {port: 0, handshake_timeout: 2s, tls: {certificate: %1$s, key: %2$s}}
                  web_secure: {type: wss, port: 0, handshake_timeout: 2s, tls: {certificate: %1$s, key: %2$s}}
                  proxied: {host: 127.0.0.2, port: 0, handshake_timeout: 2s, proxy_protocol: true,
                    trusted_proxies: 127.0.0.0/8, allow_anonymous: true}
                durability: os
                limits.connect_timeout: 2s
                """.formatted(files.certificate(), files.key()));
        broker = new BrokerProcess(List.of(LEAKS), LIFE_SECONDS,
                "--config", config.toString());
        target = new Target(
                broker.port("MQTT", "127.0.0.1"),
                broker.port("MQTT over WS", "127.0.0.1"),
                broker.port("MQTT over TLS", "127.0.0.1"),
                broker.port("MQTT over WSS", "127.0.0.1"),
                broker.port("MQTT", "127.0.0.2"),
                trusting(authority));
    }

    private static SSLContext trusting(TestAuthority authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("root", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    @Test
    void no_bytes_whatever_harm_the_broker_or_those_it_serves() throws Exception {
        long seed = Long.getLong("tern.fuzz.seed", new SecureRandom().nextLong());
        System.out.println("fuzz over sockets: -Dtern.fuzz.seed=" + seed);
        Vitals vitals = new Vitals(broker.pid());
        AtomicIntegerArray attacks = new AtomicIntegerArray(Attacker.Attack.values().length);
        Variant variant = new Variant(Maker.HIVEMQ, Transport.TCP, MqttVersion.V5);
        Setup setup = new Setup(variant, target.tcp(), "healthy", true, null, 10);
        long[] tripNanos;
        try (ForeignClient healthy = new HiveMq5Client(setup)) {
            healthy.connect();
            healthy.subscribe("healthy/own", 1);
            vitals.reached(OF_CONNECTIONS); // To be asked this, a JVM opens a socket that it keeps.
            long socketsBefore = vitals.sockets();

            tripNanos = attacked(seed, attacks, healthy);

            // All of them are gone but the one that has done nothing.
            Map<String, Long> one = Map.of("io.tern.broker.link.Link", 1L, "io.tern.transport.TcpConnection", 1L);
            Waiting.until(() -> vitals.sockets() <= socketsBefore,
                    "back to " + socketsBefore + " sockets, seed " + seed);
            Waiting.until(() -> vitals.reached(OF_CONNECTIONS).equals(one), "back to " + one + ", seed " + seed);
            trip(healthy, "last");
            healthy.disconnect();
            othersAreServed();
        } finally {
            assertThat(broker.isAlive()).as("seed %d: %s", seed, broker.lastWords()).isTrue();
        }
        assertThat(broker.complaints()).as("seed %d", seed)
                .noneMatch(line -> line.contains(" ERROR ") || line.contains("bug") || line.startsWith("\tat "));
        for (Attacker.Attack each : Attacker.Attack.values()) {
            assertThat(attacks.get(each.ordinal())).as("%s", each).isGreaterThan(10);
        }
        report(tripNanos, attacks);
    }

    /// @return what each round trip of the healthy client took
    private long[] attacked(long seed, AtomicIntegerArray attacks, ForeignClient healthy) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Long> trips = new ArrayList<>();
        try (ExecutorService attackers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < ATTACKERS; i++) {
                    attackers.execute(new Attacker(target, new Random(seed + i), attacks, over::get));
                }
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    trip(healthy, "trip " + trips.size() + " of seed " + seed);
                    trips.add(System.nanoTime() - start);
                }
            } finally {
                over.set(true);
                Waiting.until(() -> {
                    attackers.shutdown();
                    target.leave();
                    return attackers.isTerminated();
                }, "done with attacking");
            }
        }
        return trips.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void trip(ForeignClient healthy, String text) throws Exception {
        ForeignClient.Answer answer = healthy.publishLater(Message.of("healthy/own", text, 1));
        assertThat(healthy.receive().text()).isEqualTo(text);
        answer.await();
    }

    private void othersAreServed() {
        for (RawClient each : List.of(
                RawClient.tcp("127.0.0.1", target.tcp()), RawClient.webSocket("127.0.0.1", target.ws()))) {
            try (each) {
                each.connect(MqttVersion.V3_1_1, "after");
                each.expectNothing();
            }
        }
    }

    private static void report(long[] tripNanos, AtomicIntegerArray attacks) {
        int sum = 0;
        for (int i = 0; i < attacks.length(); i++) {
            sum += attacks.get(i);
        }
        long worst = TimeUnit.NANOSECONDS.toMillis(tripNanos[tripNanos.length - 1]);
        long p99 = TimeUnit.NANOSECONDS.toMillis(tripNanos[tripNanos.length * 99 / 100]);
        System.out.printf("fuzz over sockets: %d hostile connections in %d s; %d round trips, median %d us, p99 %d ms,"
                + " longest %d ms%n", sum, SECONDS, tripNanos.length, tripNanos[tripNanos.length / 2] / 1_000, p99,
                worst);
        if (FULL) {
            assertThat(worst).isLessThan(ROUND_TRIP_MAX_MILLIS);
        }
    }
}
