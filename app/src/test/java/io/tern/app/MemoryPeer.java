package io.tern.app;

import io.tern.api.Authenticator;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.Turn;
import io.tern.api.Verdict;
import io.tern.broker.Broker;
import io.tern.broker.watch.Counters;
import io.tern.cli.conformance.Peer;
import io.tern.store.NoStore;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A broker of two shards in this thread: no network, and a clock that goes when somebody waits.
///
/// Its doorkeeper refuses the user `nobody`, and knows the authentication method `chain`: the client sends `one`, is
/// asked with `two`, answers `three`, and is let in with `four`.
final class MemoryPeer implements Peer {

    private static final int ROUNDS_MAX = 1_000_000;

    private final MemoryLoop[] loops = {new MemoryLoop(this), new MemoryLoop(this)};
    private final Broker broker;
    private long nowMillis = 1_700_000_000_000L;
    private int opened;

    MemoryPeer(Options options) {
        this(options, doorkeeper());
    }

    /// @return who refuses the user `nobody`
    static Authenticator doorkeeper() {
        return (client, password, answer) -> answer.accept(
                "nobody".equals(client.userName())
                        ? Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "nobody")
                        : Verdict.ANYBODY);
    }

    /// @return who knows the method `chain`
    static EnhancedAuthenticator chain() {
        return (method, client, password) -> method.equals("chain") ? MemoryPeer::step : null;
    }

    /// @param doorkeeper instead of the usual one
    MemoryPeer(Options options, Authenticator doorkeeper) {
        AtomicInteger assigned = new AtomicInteger();
        broker = new Broker(
                options,
                List.of(loops),
                this::nowMillis,
                new NoStore(),
                doorkeeper,
                chain(),
                Map.of("mqtt", ServerOptions.MQTT_RULES.rules(options)),
                () -> "assigned" + assigned.incrementAndGet());
    }

    private static void step(byte[] data, Consumer<EnhancedAuthenticator.Step> answer) {
        answer.accept(switch (data == null ? "" : new String(data, StandardCharsets.UTF_8)) {
            case "one" -> new EnhancedAuthenticator.Step.More("two".getBytes(StandardCharsets.UTF_8));
            case "three" -> new EnhancedAuthenticator.Step.Success("four".getBytes(StandardCharsets.UTF_8));
            default -> new EnhancedAuthenticator.Step.Failure(ReasonCode.NOT_AUTHORIZED);
        });
    }

    @Override
    public Link open() {
        MemoryLoop loop = loops[opened++ % loops.length];
        MemoryConnection connection = new MemoryConnection(this, loop);
        loop.execute(() -> connection.handledBy(broker.accept(connection)));
        settle();
        return connection;
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public void pass(long millis) {
        waitFor(() -> false, nowMillis + millis);
    }

    /// Lets all loops work until nothing is left to do now.
    void settle() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            boolean busy = false;
            for (MemoryLoop loop : loops) {
                busy |= loop.step();
            }
            if (!busy) {
                return;
            }
        }
        throw new AssertionError("the broker never comes to rest");
    }

    /// Lets time pass until something is so, or the time is up.
    void waitFor(BooleanSupplier so, long untilMillis) {
        settle();
        while (!so.getAsBoolean() && nowMillis < untilMillis) {
            long next = Arrays.stream(loops).mapToLong(MemoryLoop::turnAtMillis).min().orElse(Turn.IDLE);
            nowMillis = Math.clamp(next, nowMillis + 1, untilMillis);
            settle();
        }
    }

    int sessions() {
        return broker.sessions();
    }

    long bugs() {
        return broker.count(Counters.Event.BUGS);
    }
}
