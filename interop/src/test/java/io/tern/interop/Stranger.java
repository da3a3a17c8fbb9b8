package io.tern.interop;

import io.tern.testkit.RawClient;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Strangers at a broker's door, from an address of their own, while somebody else is served.
final class Stranger implements AutoCloseable {

    /// What became of somebody who was to be served.
    ///
    /// @param tries of a login and a message each
    /// @param served how many of them succeeded
    /// @param worstMillis how long the slowest took
    /// @param attacks of the strangers meanwhile
    record Served(int tries, int served, long worstMillis, long attacks) {}

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong attacks = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    /// Lets some attack, again and again.
    ///
    /// @param count how many at once
    /// @param attack gets ever new numbers
    Stranger(int count, LongConsumer attack) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().name("stranger").start(() -> {
                while (!over.get()) {
                    try {
                        attack.accept(attacks.incrementAndGet());
                    } catch (UncheckedIOException | AssertionError refused) {
                        Thread.onSpinWait(); // Hung up on, as is right.
                    }
                }
            }));
        }
    }

    /// One login.
    ///
    /// @param from local address
    /// @param user null for none
    /// @param password null for none
    /// @return connected or not, with what the broker has said
    static ReasonCode login(String from, int port, String id, String user, String password) {
        try (RawClient client = RawClient.tcp(from, "127.0.0.1", port)) {
            return client.connect(hello(id, user, password)).reason();
        }
    }

    static Connect hello(String id, String user, String password) {
        return new Connect(MqttVersion.V5, false, true, 0, id, Properties.NONE, null, user,
                password == null ? null : password.getBytes(StandardCharsets.UTF_8));
    }

    /// A login and a message, as whoever has a right to it.
    static boolean isServed(String from, int port, String id, String user, String password) {
        try (RawClient client = RawClient.tcp(from, "127.0.0.1", port)) {
            if (client.connect(hello(id, user, password)).reason() != ReasonCode.SUCCESS) {
                return false;
            }
            client.send(new Publish(false, 1, false, TopicName.of("home/x"), 1, Properties.NONE, new byte[8]));
            return !client.expect(PubAck.class).reason().isError();
        } catch (UncheckedIOException | AssertionError failed) {
            return false;
        }
    }

    /// One that is to be served.
    @FunctionalInterface
    interface Try {

        /// @param number of it
        boolean succeeds(int number);
    }

    /// Has somebody served while the strangers are at it.
    Served serves(int tries, Try each) {
        Waiting.until(() -> attacks.get() > threads.size(), "attacked");
        int served = 0;
        long worstNanos = 0;
        for (int i = 0; i < tries; i++) {
            long start = System.nanoTime();
            served += each.succeeds(i) ? 1 : 0;
            worstNanos = Math.max(worstNanos, System.nanoTime() - start);
        }
        return new Served(tries, served, TimeUnit.NANOSECONDS.toMillis(worstNanos), attacks.get());
    }

    @Override
    public void close() {
        over.set(true);
        try {
            for (Thread each : threads) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
