package io.tern.app;

import io.tern.api.Authenticator;
import io.tern.api.Clock;
import io.tern.api.Durability;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.Store;
import io.tern.broker.Broker;
import io.tern.broker.BrokerOptions;
import io.tern.store.FileStore;
import io.tern.store.NoStore;
import io.tern.store.StoreOptions;
import io.tern.store.StoreSettings;
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

/// A running broker: loops, shards, listeners.
final class Server implements AutoCloseable {

    /// Exit code when the disk fails: EX_IOERR.
    static final int DISK_FAILED = 74;

    private static final long STOP_MILLIS = 5000;

    private final Options options;
    private final Path dataDir;
    private final NettyLoops loops;
    private final Store store;
    private final Broker broker;
    private final List<Listener> listeners = new ArrayList<>();

    private Server(Options options, Authenticator authenticator, EnhancedAuthenticator enhanced) throws IOException {
        this.options = options;
        this.dataDir = writable(ServerOptions.dataDir(options));
        Clock clock = Clock.system();
        int shards = options.get(BrokerOptions.SHARDS);
        if (shards == 0) {
            shards = Math.min(60, Runtime.getRuntime().availableProcessors());
        }
        this.store = store(options, dataDir);
        this.loops = NettyLoops.start(shards, IoKind.best(), clock);
        this.broker = new Broker(
                options,
                loops.loops(),
                clock,
                store,
                authenticator,
                enhanced,
                Map.of(
                        "mqtt", ServerOptions.MQTT_RULES.rules(options),
                        "ws", ServerOptions.WS_RULES.rules(options)),
                () -> "auto-" + UUID.randomUUID());
    }

    private static Store store(Options options, Path dataDir) throws IOException {
        Durability durability = options.get(StoreOptions.DURABILITY);
        if (durability == Durability.NONE) {
            return new NoStore();
        }
        StoreSettings settings = StoreSettings.of(options, durability == Durability.SYNC);
        return FileStore.open(dataDir, settings, "Tern " + Version.text(), nanos -> { }, Server::diskFailed);
    }

    /// What was acknowledged is safe, and nothing else will be. So no further word leaves this process, and no will: the
    /// connections end with it.
    private static void diskFailed(IOException cause) {
        System.err.println("tern: the disk has failed, and what is not on it can't be promised any more: " + cause);
        System.err.println("tern: nothing that was acknowledged is lost; when the disk works again, start again");
        Runtime.getRuntime().halt(DISK_FAILED);
    }

    /// Starts listening.
    ///
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    static Server start(Options options) throws ListenException, IOException {
        return start(options, Authenticator.anonymous(), EnhancedAuthenticator.none());
    }

    /// Starts listening, with somebody who decides who may come in.
    ///
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    static Server start(Options options, Authenticator authenticator, EnhancedAuthenticator enhanced)
            throws ListenException, IOException {
        Server server = new Server(options, authenticator, enhanced);
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
        out.println(whoMayConnect(host, wsHost));
        out.println("Data folder " + dataDir + "; " + switch (options.get(StoreOptions.DURABILITY)) {
            case SYNC -> "what is acknowledged is on its disk (durability: sync).";
            case OS -> "what is acknowledged outlives this process, not the power (durability: os).";
            case NONE -> "sessions and messages are in memory and end with this process (durability: none).";
        });
        out.println("Try it from two other terminals:");
        out.println("  ./tern sub" + flags + " -t test/topic -v");
        out.println("  ./tern pub" + flags + " -t test/topic -m \"Hello MQTT!\"");
    }

    private static String whoMayConnect(String host, String wsHost) {
        boolean local = isLoopback(host) && isLoopback(wsHost);
        return local
                ? "Only this machine can connect, and needs no password."
                : "Other machines can connect, and need no password.";
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
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
    }
}
