package io.tern.cli;

import io.tern.client.Backoff;
import io.tern.client.ClientBuilder;
import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.json.Json;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Commands to a broker that runs: a request on `$CONTROL/tern/v1`, and the reply to it.
final class ControlCommands {

    private static final String NOT_ALLOWED = """
            Error: The broker lets this user not administer it: that takes a rule that names $CONTROL/tern/v1, a
            superuser, or on its own machine somebody who may read its data folder, which --data names if it is not
            ~/.tern; see docs/security.md.
            Figures are also below $SYS: tern sub -t '$SYS/broker/#' -v""";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ControlCommands() {}

    /// Sends one command and shows what comes back.
    abstract static class Request implements Callable<Integer> {

        private final Streams streams;

        @Mixin
        private ConnectOptions connection;

        @Option(names = "--data", paramLabel = "DIR",
                description = "Data folder of a broker on this machine: who can read it, may. Default: ~/.tern")
        private Path data;

        Request(Streams streams) {
            this.streams = streams;
        }

        /// @return the command with what belongs to it
        abstract Map<String, Object> command() throws UsageException;

        /// @param data that was answered; null if there is none
        abstract void show(Map<String, Object> data, Consumer<String> lines);

        @Override
        public Integer call() {
            try {
                connection.check();
                return ask(command());
            } catch (UsageException e) {
                streams.err().println(e.getMessage());
                return ExitCode.FAILED;
            } catch (InterruptedException e) {
                return ExitCode.FAILED;
            } catch (MqttException e) {
                return failed(e, streams);
            } finally {
                streams.out().flush();
            }
        }

        private int ask(Map<String, Object> command) throws UsageException, MqttException, InterruptedException {
            try (MqttClient client = client(connection, data, streams)) {
                client.connect();
                byte[] answer = new ControlSession(client, PATIENCE).ask(command);
                if (answer == null) {
                    streams.err().println("Error: The broker has not answered.");
                    return ExitCode.TIMED_OUT;
                }
                return shown(answer);
            }
        }

        private int shown(byte[] payload) {
            Map<String, Object> response = ControlSession.response(payload);
            if (response == null) {
                streams.err().println("Error: The broker's answer is not understood.");
                return ExitCode.PROTOCOL;
            }
            if (response.get("error") instanceof String error) {
                error.lines().forEach(line -> streams.err().println("Error: " + Escaped.of(line)));
                return ExitCode.FAILED;
            }
            show(Json.object(response.get("data")), streams.out()::println);
            return ExitCode.OK;
        }
    }

    /// Who asks, also as the operator of a broker on this machine if nobody else is named.
    ///
    /// @param data the broker's data folder; null for the usual one
    static MqttClient client(ConnectOptions connection, Path data, Streams streams) throws UsageException {
        ClientBuilder builder = connection.client(streams.out()).version(MqttVersion.V5).reconnect(Backoff.NONE);
        byte[] secret = connection.namesUser() ? null : OperatorSecret.find(data, connection.localPlace());
        if (secret != null) {
            builder.userName(OperatorSecret.USER).password(secret);
        }
        return builder.build();
    }

    /// Says why a request has failed.
    ///
    /// @return the exit code
    static int failed(MqttException e, Streams streams) {
        if (e.reason() == ReasonCode.NOT_AUTHORIZED && e.kind() != MqttException.Kind.REFUSED) {
            streams.err().println(NOT_ALLOWED);
            return ExitCode.FAILED;
        }
        Failure failure = Failure.of(e, MqttVersion.V5, true);
        failure.lines().forEach(streams.err()::println);
        return failure.exitCode();
    }

    /// @return a text of an object, fit to be shown; empty if it has none of that name
    static String word(Map<String, Object> object, String name) {
        return object.get(name) instanceof String value ? Escaped.of(value) : "";
    }

    static Map<String, Object> named(String command) {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("command", command);
        return named;
    }

    /// `tern bans`.
    @Command(name = "bans", description = "List, add and end bans of a broker that runs.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Bans implements Runnable {

        @Spec
        private CommandSpec spec;

        @Option(names = "--help", usageHelp = true, description = "Show this help.")
        private boolean help;

        Bans() {}

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "tern bans: list, add or remove is needed");
        }
    }

    /// `tern bans list`.
    @Command(name = "list", sortOptions = false, usageHelpAutoWidth = true, description = "List all bans.")
    static final class BansList extends Request {

        BansList(Streams streams) {
            super(streams);
        }

        @Override
        Map<String, Object> command() {
            return named("listBans");
        }

        @Override
        void show(Map<String, Object> data, Consumer<String> lines) {
            if (data != null && data.get("bans") instanceof List<?> bans) {
                for (Object each : bans) {
                    if (Json.object(each) != null) {
                        lines.accept(line(Json.object(each)));
                    }
                }
            }
        }

        private static String line(Map<String, Object> ban) {
            String until = ban.get("until") instanceof Long number
                    ? "until " + Instant.ofEpochMilli(number)
                    : "for ever";
            return word(ban, "kind") + " " + word(ban, "value") + "  " + until + ", by " + word(ban, "by")
                    + (word(ban, "reason").isEmpty() ? "" : ": " + word(ban, "reason"));
        }
    }

    /// `tern bans add`.
    @Command(name = "add", sortOptions = false, usageHelpAutoWidth = true,
            description = "Ban somebody. Who is connected is closed.")
    static final class BansAdd extends Request {

        @Parameters(index = "0", paramLabel = "KIND", description = "client, user, address, client_regex, user_regex")
        private String kind;

        @Parameters(index = "1", paramLabel = "VALUE",
                description = "Client identifier, user name, address or range, or expression.")
        private String value;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why.")
        private String reason = "";

        @Option(names = "--seconds", paramLabel = "SECS", description = "How long. Default: for ever")
        private int seconds;

        BansAdd(Streams streams) {
            super(streams);
        }

        @Override
        Map<String, Object> command() throws UsageException {
            if (seconds < 0) {
                throw new UsageException("Error: --seconds can't be negative.");
            }
            Map<String, Object> command = named("addBan");
            command.put("kind", kind);
            command.put("value", value);
            command.put("reason", reason);
            command.put("seconds", seconds);
            return command;
        }

        @Override
        void show(Map<String, Object> data, Consumer<String> lines) {}
    }

    /// `tern bans remove`.
    @Command(name = "remove", sortOptions = false, usageHelpAutoWidth = true, description = "End a ban.")
    static final class BansRemove extends Request {

        @Parameters(index = "0", paramLabel = "KIND", description = "As with add.")
        private String kind;

        @Parameters(index = "1", paramLabel = "VALUE", description = "As with add.")
        private String value;

        BansRemove(Streams streams) {
            super(streams);
        }

        @Override
        Map<String, Object> command() {
            Map<String, Object> command = named("removeBan");
            command.put("kind", kind);
            command.put("value", value);
            return command;
        }

        @Override
        void show(Map<String, Object> data, Consumer<String> lines) {}
    }

    /// `tern reload`.
    @Command(name = "reload", sortOptions = false, usageHelpAutoWidth = true,
            description = "Let a broker that runs read again who may connect and do what.")
    static final class Reload extends Request {

        Reload(Streams streams) {
            super(streams);
        }

        @Override
        Map<String, Object> command() {
            return named("reload");
        }

        @Override
        void show(Map<String, Object> data, Consumer<String> lines) {}
    }
}
