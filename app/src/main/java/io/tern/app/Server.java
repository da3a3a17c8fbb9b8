package io.tern.app;

import io.tern.api.Authenticator;
import io.tern.api.Backups;
import io.tern.api.ConfigException;
import io.tern.api.Durability;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Figure;
import io.tern.api.LostProcess;
import io.tern.api.Options;
import io.tern.api.Store;
import io.tern.broker.Broker;
import io.tern.broker.access.Security;
import io.tern.broker.options.BrokerOptions;
import io.tern.store.FileStore;
import io.tern.store.NoStore;
import io.tern.store.StoreOptions;
import io.tern.store.StoreSettings;
import io.tern.store.disk.DamagedDataException;
import io.tern.transport.IoKind;
import io.tern.transport.ListenException;
import io.tern.transport.Listener;
import io.tern.transport.ListenerOptions;
import io.tern.transport.NettyLoops;
import io.tern.transport.tls.CertificateWatch;
import io.tern.transport.tls.TlsProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running broker: loops, shards, listeners.
final class Server implements AutoCloseable {

    /// Exit code when the disk fails: EX_IOERR.
    static final int DISK_FAILED = 74;

    /// Exit code when what was kept is damaged, so that a start would come to the same end: EX_DATAERR.
    static final int DATA_DAMAGED = 65;

    /// Exit code when the store's own threads meet a mistake of ours: EX_SOFTWARE.
    static final int STORE_BROKEN = 70;

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final long STOP_MILLIS = 5000;

    private final Options options;
    private final List<ListenerOptions> listening;
    private final CertificateWatch certificates;
    private final List<Reachable> reachable;
    private final Operations operations;
    private final Path dataDir;
    private final FolderLock lock;
    private final ServerClock clock;
    private final NettyLoops loops;
    private final Store store;
    private final Backups backups;
    private final Broker broker;
    private final List<Listener> listeners = new ArrayList<>();

    private Server(
            Settings settings,
            Path dataDir,
            FolderLock lock,
            ServerClock clock,
            Operations operations,
            Security security)
            throws IOException {
        this.lock = lock;
        this.clock = clock;
        this.operations = operations;
        this.options = settings.options();
        this.listening = settings.listeners().enabled(options);
        this.reachable = settings.listeners().reachable(options);
        this.dataDir = dataDir;
        int shards = options.get(BrokerOptions.SHARDS);
        if (shards == 0) {
            shards = Math.min(60, Runtime.getRuntime().availableProcessors());
        }
        this.store = store(options, dataDir);
        this.backups = store instanceof FileStore files
                ? files.backups(options.get(StoreOptions.BACKUP_BYTES_PER_SECOND))
                : Backups.NONE;
        this.loops = NettyLoops.start(shards, IoKind.best(), clock);
        this.certificates = new CertificateWatch(
                new CertificateAlarms(security.events()), clock, options.get(ServerOptions.TLS_WARNING_DAYS));
        this.broker = new Broker(
                options,
                loops.loops(),
                clock,
                store,
                security,
                settings.listeners().allRules(options),
                () -> "auto-" + UUID.randomUUID());
    }

    private static Store store(Options options, Path dataDir) throws IOException {
        Durability durability = options.get(StoreOptions.DURABILITY);
        if (durability == Durability.NONE) {
            return new NoStore();
        }
        StoreSettings settings = StoreSettings.of(
                options, durability == Durability.SYNC, FileStore.diskBytes(dataDir));
        FileStore store =
                FileStore.open(dataDir, settings, "Tern " + Version.text(), nanos -> { }, Server::diskFailed);
        String cutTail = store.parts().segments().cutTail();
        if (cutTail != null) {
            LOG.warn("the journal's {}", cutTail);
        }
        long missing = store.parts().segments().missingFrames();
        if (missing > 0) {
            LOG.warn("the journal ends {} frames before the archive: what was acknowledged after those is lost."
                    + " With durability os a power failure does that; so does an old copy of the journal", missing);
        }
        return store;
    }

    /// What was acknowledged is safe, and nothing else will be. So no further word leaves this process, and no will:
    /// the connections end with it.
    private static void diskFailed(IOException cause) {
        LostProcess.endIf(cause);
        if (cause instanceof DamagedDataException) {
            System.err.println("tern: what was kept is damaged: " + cause.getMessage());
            System.err.println("tern: the next start stops here as well, until that is repaired");
            Runtime.getRuntime().halt(DATA_DAMAGED);
        }
        if (cause.getCause() instanceof RuntimeException || cause.getCause() instanceof Error) {
            System.err.println("tern: a mistake of Tern's, after which what is on the disk can't be kept up: " + cause
                    + ": " + cause.getCause());
            LOG.error("the store's thread has met a bug", cause.getCause());
            System.err.println("tern: nothing that was acknowledged is lost; please report it, and start again");
            Runtime.getRuntime().halt(STORE_BROKEN);
        }
        System.err.println("tern: the disk has failed, and what is not on it can't be promised any more: " + cause);
        System.err.println("tern: nothing that was acknowledged is lost; when the disk works again, start again");
        Runtime.getRuntime().halt(DISK_FAILED);
    }

    /// Starts listening.
    ///
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    static Server start(Options options) throws ListenException, IOException {
        return start(Settings.of(options));
    }

    /// Starts listening with what a file said, which is not read again.
    ///
    /// @throws ListenException as below
    /// @throws IOException as below
    /// @throws IllegalArgumentException if what is set about security makes no sense
    static Server start(Settings settings) throws ListenException, IOException {
        try {
            return start(settings, null, Operations::none);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Starts listening.
    ///
    /// @param settings all that is set
    /// @param config the file it stands in, or null
    /// @param again reads it anew
    /// @throws ConfigException if what is set about security makes no sense
    /// @throws ListenException if a port is taken, an address isn't this machine's, or a certificate is broken
    /// @throws IOException if the data folder can't be written
    static Server start(Settings settings, Path config, Operations.Source again)
            throws ConfigException, ListenException, IOException {
        Path dataDir = DataFolder.writable(ServerOptions.dataDir(settings.options()));
        FolderLock lock = FolderLock.take(dataDir);
        ServerClock clock = ServerClock.open(dataDir);
        Operations operations;
        try {
            operations = new Operations(settings, config, again, dataDir, clock);
        } catch (ConfigException | IOException | RuntimeException e) {
            clock.close();
            lock.close();
            throw e;
        }
        Server server;
        try {
            server = new Server(settings, dataDir, lock, clock, operations, operations.security());
        } catch (IOException | RuntimeException e) {
            operations.close();
            clock.close();
            lock.close();
            throw e;
        }
        operations.watch(server.broker, server.backups);
        return listening(server);
    }

    /// Starts listening, with somebody who decides who may come in.
    ///
    /// @throws ListenException if a port is taken or an address isn't this machine's
    /// @throws IOException if the data folder can't be written
    static Server start(Options options, Authenticator authenticator, EnhancedAuthenticator enhanced)
            throws ListenException, IOException {
        Path dataDir = DataFolder.writable(ServerOptions.dataDir(options));
        Security security = Security.of(authenticator, enhanced);
        FolderLock lock = FolderLock.take(dataDir);
        ServerClock clock = ServerClock.open(dataDir);
        try {
            return listening(new Server(Settings.of(options), dataDir, lock, clock, null, security));
        } catch (IOException | RuntimeException e) {
            clock.close();
            lock.close();
            throw e;
        }
    }

    private static Server listening(Server server) throws ListenException {
        try {
            server.listen();
            if (server.operations != null) {
                server.operations.show(server.listeners);
            }
            return server;
        } catch (ListenException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen() throws ListenException {
        List<ListenException> failures = new ArrayList<>();
        for (ListenerOptions each : listening) {
            try {
                Listener listener = Listener.bind(loops, each, broker);
                listeners.add(listener);
                listener.tls().ifPresent(certificates::add);
            } catch (ListenException failure) {
                failures.add(failure); // The others may have faults as well, all of which are told at once.
            }
        }
        if (!failures.isEmpty()) {
            throw ListenException.of(failures);
        }
        if (listeners.stream().anyMatch(each -> each.tls().isPresent())) {
            certificates.start(options.get(ServerOptions.TLS_CHECK_INTERVAL));
        }
    }

    int port() {
        return port("mqtt");
    }

    int wsPort() {
        return port("ws");
    }

    /// The port that a listener has.
    ///
    /// @throws java.util.NoSuchElementException if there is none of that name
    int port(String name) {
        return listeners.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow().port();
    }

    Broker broker() {
        return broker;
    }

    /// What can be read of it, room by room.
    List<Figure> figures() {
        return operations.figures();
    }

    /// Says what it listens on, where its data lies and how to try it.
    void greet(PrintWriter out) {
        out.println("Tern " + Version.text() + " listens on");
        listeners.forEach(each -> out.println("  " + Greeting.line(each)));
        if (listeners.stream().anyMatch(each -> each.tls().isPresent())) {
            out.println("TLS by " + TlsProvider.best().describe() + ".");
        }
        out.println(operations.protection().summary(reachable));
        operations.protection().warnings(reachable).forEach(warning -> LOG.warn("{}", warning));
        out.println("Data folder " + dataDir + "; " + switch (options.get(StoreOptions.DURABILITY)) {
            case SYNC -> "what is acknowledged is on its disk (durability: sync).";
            case OS -> "what is acknowledged outlives this process, not the power (durability: os).";
            case NONE -> "sessions and messages are in memory and end with this process (durability: none).";
        });
        listeners.stream().filter(each -> each.options().transport().equals("tcp")).findFirst().ifPresent(plain -> {
            String flags = plain.port() == 1883 ? "" : " -p " + plain.port();
            out.println("Try it from two other terminals:");
            out.println("  ./tern sub" + flags + " -t test/topic -v");
            out.println("  ./tern pub" + flags + " -t test/topic -m \"Hello MQTT!\"");
        });
    }

    /// Does what makes it better but need not be done before the first client comes, and is missed by nobody where it
    /// can't be done: in a JVM without leave for native calls, for instance.
    void settle() {
        try {
            loops.takePrecedence();
        } catch (RuntimeException e) {
            LOG.info("the loops don't run before the compilers: {}", e.toString());
        }
    }

    /// Reads the configuration again; what has become of it is in the log.
    void reload() {
        operations.hangup();
    }

    /// Stops listening, tells the clients, and ends the threads.
    @Override
    public void close() {
        certificates.close();
        if (operations != null) {
            operations.unwatch();
        }
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
        clock.close();
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("the kernel lets go of it with the process", e);
        }
    }
}
