package io.tern.testkit;

import io.tern.api.Authenticator;
import io.tern.api.Clock;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.api.Store;
import io.tern.broker.Broker;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Bans;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.DefenceLimits;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.store.NoStore;
import io.tern.transport.IoKind;
import io.tern.transport.ListenException;
import io.tern.transport.Listener;
import io.tern.transport.ListenerOptions;
import io.tern.transport.NettyLoops;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// A whole broker in this process, on free ports of the loopback interface: real threads, real sockets, nothing on
/// disk.
///
/// Safe for any thread but those of its own loops.
public final class TestBroker implements AutoCloseable {

    /// The listener of [#port], for [Builder#rules].
    public static final String TCP_LISTENER = "mqtt";

    /// The listener of [#wsPort], for [Builder#rules].
    public static final String WS_LISTENER = "ws";

    private static final String HOST = "127.0.0.1";
    private static final long STOP_MILLIS = 10_000;

    private final NettyLoops loops;
    private final Store store;
    private final Broker broker;
    private final Listener tcp;
    private final Listener ws;
    private final List<Listener> others = new ArrayList<>();

    private TestBroker(Builder of) throws ListenException {
        loops = NettyLoops.start(of.shards, of.ioKind, of.clock);
        store = of.store;
        AtomicLong assigned = new AtomicLong();
        broker = new Broker(
                of.options,
                loops.loops(),
                of.clock,
                store,
                new Security(of.authenticator, EnhancedAuthenticator.none(), new Authorization(),
                        new Defence(of.defence, new Bans(), SecurityEvent.Sink.NONE), Control.NONE,
                        SecurityEvent.Sink.NONE),
                Map.copyOf(of.rules),
                () -> "assigned-" + assigned.incrementAndGet());
        tcp = Listener.bind(loops, ListenerOptions.tcp(TCP_LISTENER, HOST, 0), broker);
        ws = Listener.bind(loops, ListenerOptions.ws(WS_LISTENER, HOST, 0), broker);
        for (ListenerOptions options : of.listeners) {
            others.add(Listener.bind(loops, options, broker));
        }
    }

    /// Starts a broker with the default options and two shards.
    ///
    /// @return listening
    public static TestBroker start() {
        return builder().start();
    }

    /// Starts a broker with two shards, unless the options say how many.
    ///
    /// @param options values of [BrokerOptions]
    /// @return listening
    public static TestBroker start(Options options) {
        return builder().options(options).start();
    }

    /// What to start.
    ///
    /// @return two shards, the fastest kind of I/O, nothing stored, everybody let in, the machine's clock
    public static Builder builder() {
        return new Builder();
    }

    /// Where MQTT over TCP is spoken.
    ///
    /// @return port on 127.0.0.1
    public int port() {
        return tcp.port();
    }

    /// Where MQTT over WebSocket is spoken, with the path `/mqtt`.
    ///
    /// @return port on 127.0.0.1
    public int wsPort() {
        return ws.port();
    }

    /// A further listener.
    ///
    /// @param name as in the options it was opened with
    /// @return open
    /// @throws java.util.NoSuchElementException if there is none of that name
    public Listener listener(String name) {
        return others.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    /// The broker itself, for its counters.
    ///
    /// @return running
    public Broker broker() {
        return broker;
    }

    /// Mistakes of the broker that it has survived.
    ///
    /// @return 0 in every test that doesn't plant one
    public long bugs() {
        return broker.count(Counters.Event.BUGS);
    }

    /// Opens a TCP connection.
    ///
    /// @return connected, nothing sent
    public RawClient connect() {
        return RawClient.tcp(HOST, port());
    }

    /// Opens a WebSocket connection.
    ///
    /// @return upgraded, nothing sent
    public RawClient connectWebSocket() {
        return RawClient.webSocket(HOST, wsPort());
    }

    /// Stops listening, tells the clients, and ends the threads.
    @Override
    public void close() {
        tcp.close();
        ws.close();
        others.forEach(Listener::close);
        try {
            broker.stop(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.close();
        store.close();
    }

    /// What to start. For one thread.
    public static final class Builder {

        private Options options = Options.DEFAULTS;
        private int shards;
        private IoKind ioKind = IoKind.best();
        private Clock clock = Clock.system();
        private Store store = new NoStore();
        private Authenticator authenticator = Authenticator.anonymous();
        private DefenceLimits defence = DefenceLimits.NONE;
        private final Map<String, ListenerRules> rules = new HashMap<>();
        private final List<ListenerOptions> listeners = new ArrayList<>();

        private Builder() {}

        /// Sets the broker's options.
        ///
        /// @param values of [BrokerOptions]
        /// @return this
        public Builder options(Options values) {
            options = values;
            return this;
        }

        /// Sets what the clients of one listener may do; of the other they may do what the standard allows.
        ///
        /// @param listener [#TCP_LISTENER] or [#WS_LISTENER]
        /// @param values its rules
        /// @return this
        public Builder rules(String listener, ListenerRules values) {
            rules.put(listener, values);
            return this;
        }

        /// Sets how many shards there are, whatever the options say.
        ///
        /// @param count 1 to 60
        /// @return this
        public Builder shards(int count) {
            shards = count;
            return this;
        }

        /// Sets how the loops wait for sockets.
        ///
        /// @param kind available on this machine
        /// @return this
        public Builder ioKind(IoKind kind) {
            ioKind = kind;
            return this;
        }

        /// Sets the time.
        ///
        /// @param source what the loops ask
        /// @return this
        public Builder clock(Clock source) {
            clock = source;
            return this;
        }

        /// Sets where durable state goes.
        ///
        /// @param durable closed with the broker
        /// @return this
        public Builder store(Store durable) {
            store = durable;
            return this;
        }

        /// Adds a listener to the two for TCP and WebSocket: for TLS, or behind a proxy.
        ///
        /// @param more how it listens; its name is neither `mqtt` nor `ws`
        /// @return this
        public Builder listener(ListenerOptions more) {
            listeners.add(more);
            return this;
        }

        /// Sets who may connect.
        ///
        /// @param door asked at each CONNECT
        /// @return this
        public Builder authenticator(Authenticator door) {
            authenticator = door;
            return this;
        }

        /// Sets what nobody may exceed.
        ///
        /// @param limits for all clients
        /// @return this
        public Builder defence(DefenceLimits limits) {
            defence = limits;
            return this;
        }

        /// Starts it.
        ///
        /// @return listening
        public TestBroker start() {
            int asked = options.get(BrokerOptions.SHARDS);
            if (shards == 0) {
                shards = asked == 0 ? 2 : asked;
            }
            try {
                return new TestBroker(this);
            } catch (ListenException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
