package io.tern.app;

import io.tern.api.Authenticator;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.broker.Broker;
import io.tern.broker.BrokerOptions;
import io.tern.broker.Security;
import io.tern.store.NoStore;
import io.tern.transport.IoKind;
import io.tern.transport.ListenException;
import io.tern.transport.Listener;
import io.tern.transport.ListenerOptions;
import io.tern.transport.NettyLoops;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running broker: loops, shards, listeners.
final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final long STOP_MILLIS = 5000;

    private final Options options;
    private final Path dataDir;
    private final Operations operations;
    private final NettyLoops loops;
    private final NoStore store;
    private final Broker broker;
    private final List<Listener> listeners = new ArrayList<>();

    private Server(Options options, Path dataDir, Clock clock, Operations operations, Security security) {
        this.operations = operations;
        this.options = options;
        this.dataDir = dataDir;
        int shards = options.get(BrokerOptions.SHARDS);
        if (shards == 0) {
            shards = Math.min(60, Runtime.getRuntime().availableProcessors());
        }
        this.loops = NettyLoops.start(shards, IoKind.best(), clock);
        this.store = new NoStore();
        this.broker = new Broker(
                options,
                loops.loops(),
                clock,
                store,
                security,
                Map.of(
                        "mqtt", ServerOptions.MQTT_RULES.rules(options),
                        "ws", ServerOptions.WS_RULES.rules(options)),
                () -> "auto-" + UUID.randomUUID());
    }

    /// Starts listening.
    ///
    /// @param options all that is set
    /// @param config the file it stands in, or null
    /// @param again reads it anew
    /// @throws ConfigException if what is set about security makes no sense
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    static Server start(Options options, Path config, Operations.Source again)
            throws ConfigException, ListenException, IOException {
        Path dataDir = writable(ServerOptions.dataDir(options));
        Clock clock = Clock.system();
        Operations operations = new Operations(options, config, again, dataDir, clock);
        Server server = start(new Server(options, dataDir, clock, operations, operations.security()));
        operations.watch(server.broker);
        return server;
    }

    /// Starts listening.
    ///
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    /// @throws IllegalArgumentException if what is set about security makes no sense
    static Server start(Options options) throws ListenException, IOException {
        try {
            return start(options, null, Operations::none);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Starts listening, with somebody who decides who may come in.
    ///
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    static Server start(Options options, Authenticator authenticator, EnhancedAuthenticator enhanced)
            throws ListenException, IOException {
        Path dataDir = writable(ServerOptions.dataDir(options));
        return start(new Server(options, dataDir, Clock.system(), null, Security.of(authenticator, enhanced)));
    }

    private static Server start(Server server) throws ListenException {
        try {
            server.listen();
            return server;
        } catch (ListenException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen() throws ListenException {
        listeners.add(Listener.bind(
                loops,
                ListenerOptions.tcp("mqtt", options.get(ServerOptions.MQTT_HOST), options.get(ServerOptions.MQTT_PORT)),
                broker));
        listeners.add(Listener.bind(
                loops,
                ListenerOptions.ws("ws", options.get(ServerOptions.WS_HOST), options.get(ServerOptions.WS_PORT))
                        .withPath(options.get(ServerOptions.WS_PATH)),
                broker));
    }

    private static Path writable(Path dir) throws IOException {
        try {
            Files.createDirectories(dir);
            Files.delete(Files.createTempFile(dir, "write", ".test"));
            return dir.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new IOException("the data folder " + dir + " can't be written: " + e, e);
        }
    }

    int port() {
        return listeners.get(0).port();
    }

    int wsPort() {
        return listeners.get(1).port();
    }

    Broker broker() {
        return broker;
    }

    /// Says what it listens on, where its data lies and how to try it.
    void greet(PrintWriter out) {
        String host = options.get(ServerOptions.MQTT_HOST);
        String wsHost = options.get(ServerOptions.WS_HOST);
        String flags = port() == 1883 ? "" : " -p " + port();
        out.println("Tern " + Version.text() + " listens on");
        out.println("  MQTT            " + host + ":" + port());
        out.println("  MQTT over WS    ws://" + wsHost + ":" + wsPort() + options.get(ServerOptions.WS_PATH));
        List<Protection.Reachable> listeners = ServerOptions.reachable(options);
        out.println(operations.protection().summary(listeners));
        operations.protection().warnings(listeners).forEach(warning -> LOG.warn("{}", warning));
        out.println("Data folder " + dataDir + "; sessions and messages are kept in memory and end with this process.");
        out.println("Try it from two other terminals:");
        out.println("  ./tern sub" + flags + " -t test/topic -v");
        out.println("  ./tern pub" + flags + " -t test/topic -m \"Hello MQTT!\"");
    }

    /// Stops listening, tells the clients, and ends the threads.
    @Override
    public void close() {
        listeners.forEach(Listener::close);
        try {
            broker.stop(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.close();
        store.close();
        if (operations != null) {
            operations.close();
        }
    }
}
