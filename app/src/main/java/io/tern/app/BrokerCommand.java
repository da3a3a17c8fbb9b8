package io.tern.app;

import io.tern.api.ConfigException;
import io.tern.api.Options;
import io.tern.transport.ListenException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
        exitCodeList = {"0:stopped by a signal", "1:could not start", "2:unknown flag", "74:the disk has failed"})
final class BrokerCommand implements Callable<Integer> {

    private static final int CANNOT_START = 1;

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
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Server server;
        try {
            server = Server.start(settings(), config, config == null ? Operations::none : this::settings);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> err.println("tern: " + problem));
            return CANNOT_START;
        } catch (ListenException | IOException | IllegalArgumentException e) {
            err.println("tern: " + e.getMessage());
            return CANNOT_START;
        } catch (UncheckedIOException e) {
            err.println("tern: " + e.getCause().getMessage());
            return CANNOT_START;
        }
        // Before it says that it is there: who reads that may send a signal at once.
        if (config != null) {
            Hangup.on(server::reload); // Without a file it ends the process: its terminal was closed.
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, out), "tern-stop"));
        server.greet(out);
        out.flush();
        server.settle();
        new CountDownLatch(1).await();
        return 0;
    }

    private Settings settings() throws ConfigException {
        Settings settings = config == null ? Settings.of(Options.DEFAULTS) : Settings.read(config);
        Options.Builder flags = Options.builder();
        if (port != null) {
            flags.with(ServerOptions.MQTT_PORT, port);
        }
        if (wsPort != null) {
            flags.with(ServerOptions.WS_PORT, wsPort);
        }
        if (data != null) {
            flags.with(ServerOptions.DATA_DIR, data.toString());
        }
        return settings.with(flags.build());
    }

    private static void stop(Server server, PrintWriter out) {
        out.println("Stopping.");
        out.flush();
        server.close();
        // A JVM that is told to stop would say 143; nothing has gone wrong.
        Runtime.getRuntime().halt(0);
    }
}
