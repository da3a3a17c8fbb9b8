package io.tern.cli;

import io.tern.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tern delayed`: the messages of a broker that runs which wait for their time.
@Command(name = "delayed", description = "List and cancel messages that wait for their time.",
        synopsisSubcommandLabel = "COMMAND")
final class DelayedCommands implements Runnable {

    private static final int LIMIT_DEFAULT = 100;

    @Spec
    private CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    DelayedCommands() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "tern delayed: list or cancel is needed");
    }

    /// `tern delayed list`.
    @Command(name = "list", sortOptions = false, usageHelpAutoWidth = true,
            description = "List them, one a line: its name, when it is due, whose it is, where it goes.")
    static final class Listing extends ControlCommands.Request {

        @Option(names = "--client", paramLabel = "ID", description = "Only those that this client has published.")
        private String client;

        @Option(names = "--topic", paramLabel = "FILTER", description = "Only those that go to such a topic.")
        private String topic = "";

        @Option(names = "--limit", paramLabel = "COUNT", description = "So many at most, up to 1000. Default: 100")
        private int limit = LIMIT_DEFAULT;

        @Option(names = "--from", paramLabel = "NAME", description = "Begin here: the last line of a list before.")
        private String from = "";

        Listing(Streams streams) {
            super(streams);
        }

        @Override
        Map<String, Object> command() {
            Map<String, Object> command = ControlCommands.named("listDelayed");
            if (client != null) {
                command.put("client", client);
            }
            command.put("topic", topic);
            command.put("limit", limit);
            command.put("from", from);
            return command;
        }

        @Override
        void show(Map<String, Object> data, Consumer<String> lines) {
            if (data == null || !(data.get("messages") instanceof List<?> messages)) {
                return;
            }
            for (Object each : messages) {
                if (Json.object(each) != null) {
                    lines.accept(line(Json.object(each)));
                }
            }
            String next = ControlCommands.word(data, "next");
            if (!next.isEmpty()) {
                lines.accept("there are more: --from " + next);
            }
        }

        private static String line(Map<String, Object> message) {
            String due = message.get("due") instanceof Long millis ? Instant.ofEpochMilli(millis).toString() : "";
            String user = ControlCommands.word(message, "user");
            return ControlCommands.word(message, "id") + "  " + due + "  client "
                    + ControlCommands.word(message, "client") + (user.isEmpty() ? "" : " of user " + user) + "  "
                    + ControlCommands.word(message, "topic") + "  qos " + message.get("qos")
                    + (Boolean.TRUE.equals(message.get("retain")) ? " retain" : "") + "  " + message.get("bytes")
                    + " bytes";
        }
    }

    /// `tern delayed cancel`.
    @Command(name = "cancel", sortOptions = false, usageHelpAutoWidth = true,
            description = "Take one out: nobody will get it.")
    static final class Cancel extends ControlCommands.Request {

        @Parameters(index = "0", paramLabel = "NAME", description = "As tern delayed list shows it.")
        private String id;

        Cancel(Streams streams) {
            super(streams);
        }

        @Override
        Map<String, Object> command() {
            Map<String, Object> command = ControlCommands.named("cancelDelayed");
            command.put("id", id);
            return command;
        }

        @Override
        void show(Map<String, Object> data, Consumer<String> lines) {}
    }
}
