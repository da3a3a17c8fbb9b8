package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.Clock;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Loop;
import io.tern.api.Options;
import io.tern.api.Recovered;
import io.tern.api.Turn;
import io.tern.broker.access.Security;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// A broker whose loops, time, connections and store are in the hands of a test: everything happens on the test's
/// thread, in the same order each time.
final class House implements AutoCloseable {

    /// More rounds without coming to rest than any scenario needs.
    private static final int ROUNDS_MAX = 100_000;

    final MemoryStore store;
    final Broker broker;
    private final List<SteppedLoop> loops = new ArrayList<>();
    private final List<MemoryConnection> connections = new ArrayList<>();
    SteppedLoop current;
    long nowMillis = 1_000_000_000_000L;
    /// Of the time by which sessions and messages live: the machine's clock was set since.
    long machineAheadMillis;
    private int named;

    House(int shards) {
        this(shards, Options.DEFAULTS);
    }

    /// With what a process before this one has left.
    House(int shards, BiConsumer<MemoryStore, Recovered> left) {
        this(shards, Options.DEFAULTS, left);
    }

    House(int shards, Options options, BiConsumer<MemoryStore, Recovered> left) {
        this(shards, options, Security.of(Authenticator.anonymous(), EnhancedAuthenticator.none()),
                ListenerRules.STANDARD, new MemoryStore(left));
    }

    House(int shards, Options options) {
        this(shards, options, Authenticator.anonymous());
    }

    House(int shards, Options options, Authenticator authenticator) {
        this(shards, options, authenticator, EnhancedAuthenticator.none(), ListenerRules.STANDARD);
    }

    House(
            int shards,
            Options options,
            Authenticator authenticator,
            EnhancedAuthenticator enhanced,
            ListenerRules rules) {
        this(shards, options, Security.of(authenticator, enhanced), rules);
    }

    House(int shards, Options options, Security security, ListenerRules rules) {
        this(shards, options, security, rules, new MemoryStore((store, into) -> { }));
    }

    House(int shards, Options options, Security security, ListenerRules rules, MemoryStore store) {
        this.store = store;
        for (int i = 0; i < shards; i++) {
            loops.add(new SteppedLoop(this));
        }
        broker = new Broker(
                options,
                List.<Loop>copyOf(loops),
                new Clock() {
                    @Override
                    public long nowMillis() {
                        return nowMillis;
                    }

                    @Override
                    public long machineMillis() {
                        return nowMillis + machineAheadMillis;
                    }
                },
                store,
                security,
                Map.of("mqtt", rules),
                () -> "assigned-" + ++named);
    }

    SteppedLoop loop(int shard) {
        return loops.get(shard);
    }

    /// A client whose connection arrives on a shard; it has sent nothing yet.
    PlainClient open(int shard) {
        MemoryConnection connection = new MemoryConnection(loops.get(shard));
        connections.add(connection);
        loops.get(shard).execute(() -> connection.handler(broker.accept(connection)));
        run();
        return new PlainClient(this, connection);
    }

    /// The same, while nothing else happens.
    PlainClient openQuietly(int shard) {
        MemoryConnection connection = new MemoryConnection(loops.get(shard));
        connections.add(connection);
        loops.get(shard).stepFirst(() -> connection.handler(broker.accept(connection)));
        return new PlainClient(this, connection);
    }

    /// A client that has sent CONNECT and may have got an answer.
    PlainClient send(int shard, Hello hello) {
        PlainClient client = open(shard);
        client.send(hello.packet());
        return client;
    }

    /// A client that was let in.
    PlainClient connect(int shard, Hello hello) {
        PlainClient client = send(shard, hello);
        run();
        client.connAck = client.next(ConnAck.class);
        assertThat(client.connAck.reason()).isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    /// A client that was let in while all other shards stood still.
    PlainClient connectOnly(int shard, Hello hello) {
        MemoryConnection connection = new MemoryConnection(loops.get(shard));
        connections.add(connection);
        loops.get(shard).execute(() -> connection.handler(broker.accept(connection)));
        PlainClient client = new PlainClient(this, connection);
        client.send(hello.packet());
        loops.get(shard).tasks();
        loops.get(shard).turn();
        client.connAck = client.nextWithoutRunning(ConnAck.class);
        return client;
    }

    /// Lets all loops work until none has anything to do at this time.
    void run() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            boolean did = false;
            for (SteppedLoop loop : loops) {
                did |= loop.step();
            }
            if (!did) {
                return;
            }
        }
        throw new AssertionError("the shards don't come to rest");
    }

    /// Lets time pass, and the loops work whenever they want to.
    void advanceMillis(long millis) {
        long until = nowMillis + millis;
        run();
        for (;;) {
            long next = loops.stream().mapToLong(SteppedLoop::deadlineMillis).min().orElse(Turn.IDLE);
            if (next > until) {
                break;
            }
            nowMillis = Math.max(nowMillis, next);
            run();
        }
        nowMillis = until;
        run();
    }

    void advanceSeconds(long seconds) {
        advanceMillis(seconds * 1000);
    }

    /// Keeps nothing of connections that have ended, nor of what was stored.
    void forget() {
        connections.removeIf(connection -> !connection.isOpen());
        store.forget();
    }

    long dropped(DropReason reason) {
        return broker.count(reason);
    }

    /// Ends the scenario: nothing may have gone wrong inside, however well it looked from outside.
    @Override
    public void close() {
        assertThat(broker.count(Counters.Event.BUGS)).as("bugs met by shards").isZero();
        for (MemoryConnection connection : connections) {
            assertThat(connection.misused()).as("reading asked for on a closed connection").isFalse();
        }
    }
}
