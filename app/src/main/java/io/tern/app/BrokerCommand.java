package io.tern.app;

import io.tern.api.ConfigException;
import io.tern.api.FileFault;
import io.tern.api.LostProcess;
import io.tern.api.Options;
import io.tern.store.disk.DamagedDataException;
import io.tern.transport.ListenException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tern broker`: runs a broker until it is told to stop.
@Command(
        name = "broker",
        description = "Run a broker. Until it is configured otherwise it serves this machine only, without passwords.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:stopped by a signal", "1:could not start", "2:unknown flag",
            "65:what was kept is damaged; tern store check says what, tern store repair mends it",
            "70:a mistake of the store's",
            "71:out of memory, or the JVM is broken",
            "74:the disk has failed"})
final class BrokerCommand implements Callable<Integer> {

    private static final int CANNOT_START = 1;
    private static final int PORT_MAX = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of MQTT over TCP; 0 for a free one. Default: 1883")
    private Integer port;

    @Option(
            names = "--ws-port",
            paramLabel = "PORT",
            description = "Port of MQTT over WebSocket; 0 for a free one. Default: 8083")
    private Integer wsPort;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder for durable data. Default: ~/.tern")
    private Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings in YAML; flags given here come before it.")
    private Path config;

    BrokerCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        LostProcess.watch((thread, thrown) -> LoggerFactory.getLogger(BrokerCommand.class)
                .error("bug: thread {} has ended", thread.getName(), thrown));
        try {
            return run();
        } catch (Error bug) {
            LostProcess.endIf(bug);
            throw bug;
        }
    }

    private Integer run() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Server server;
        CompletableFuture<Server> started = new CompletableFuture<>();
        if (config != null) {
            // Before anything is there: a signal that comes while it starts must not end it, and counts when it is up.
            // Without a file it ends the process: its terminal was closed.
            Hangup.release().join();
            AtomicBoolean waiting = new AtomicBoolean();
            Hangup.on(() -> {
                if (waiting.compareAndSet(false, true)) { // All that come before it has begun are one.
                    started.thenAccept(running -> {
                        waiting.set(false);
                        running.reload();
                    }).exceptionally(bug -> { // Nobody else asks what has become of it.
                        LostProcess.endIf(bug);
                        LoggerFactory.getLogger(BrokerCommand.class).error("bug while SIGHUP is heeded", bug);
                        return null;
                    });
                }
            });
        }
        try {
            Settings settings = settings();
            server = start(settings, err);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> err.println("tern: " + problem));
            return CANNOT_START;
        } catch (DamagedDataException e) {
            err.println("tern: " + e.getMessage());
            return Server.DATA_DAMAGED;
        } catch (IOException e) {
            err.println("tern: " + FileFault.words(e));
            return CANNOT_START;
        } catch (IllegalArgumentException e) {
            err.println("tern: " + e.getMessage());
            return CANNOT_START;
        } catch (UncheckedIOException e) {
            err.println("tern: " + FileFault.words(e.getCause()));
            return e.getCause() instanceof DamagedDataException ? Server.DATA_DAMAGED : CANNOT_START;
        }
        if (server == null) {
            return CANNOT_START;
        }
        started.complete(server);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, out), "tern-stop"));
        server.greet(out);
        out.flush();
        server.settle();
        new CountDownLatch(1).await();
        return 0;
    }

    /// @return null if listeners can't listen, which it has said of each
    private Server start(Settings settings, PrintWriter err) throws ConfigException, IOException {
        try {
            return Server.start(settings, config, config == null ? Operations::none : this::settings);
        } catch (ListenException e) {
            for (ListenException each : e.failures()) {
                int line = config == null ? 0 : settings.listeners().line(each.listener());
                err.println("tern: " + (line == 0 ? "" : config + ":" + line + ": ") + each.getMessage());
            }
            return null;
        }
    }

    private Settings settings() throws ConfigException {
        Settings settings = config == null ? Settings.of(Options.DEFAULTS) : Settings.read(config);
        Options.Builder flags = Options.builder();
        if (port != null) {
            flags.with(ServerOptions.MQTT_PORT, port("--port", port));
        }
        if (wsPort != null) {
            flags.with(ServerOptions.WS_PORT, port("--ws-port", wsPort));
        }
        if (data != null) {
            flags.with(ServerOptions.DATA_DIR, data.toString());
        }
        return settings.with(flags.build());
    }

    private static int port(String flag, int port) {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException(flag + ": " + port + " is not within 0 to " + PORT_MAX);
        }
        return port;
    }

    private static void stop(Server server, PrintWriter out) {
        out.println("Stopping.");
        out.flush();
        server.close();
        // A JVM that is told to stop would say 143; nothing has gone wrong.
        Runtime.getRuntime().halt(0);
    }
}
