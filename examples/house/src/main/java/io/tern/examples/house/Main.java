package io.tern.examples.house;

import io.tern.wire.MqttVersion;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// Runs the house against a broker.
@Command(
        name = "house",
        description = "A house of sensors, dashboards, controllers and a phone, against any MQTT broker. Counts in the "
                + "end what arrived, and whether the broker kept its promises.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:all promises were kept", "1:a promise was broken", "2:it could not be run"},
        showDefaultValues = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {

    private static final int BROKEN = 1;
    private static final int NOT_RUN = 2;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--host"}, description = "the broker's host", defaultValue = "localhost")
    private String host;

    @Option(names = {"-p", "--port"}, description = "its port; 1883, or 8083 with --ws, unless told otherwise",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private Integer port;

    @Option(names = "--seconds", description = "how long the day is, 3 to 86400", defaultValue = "60")
    private int seconds;

    @Option(names = "--sensors", description = "how many there are, 5 to 2000", defaultValue = "200")
    private int sensors;

    @Option(names = "--version", description = "of MQTT: 5 or 3.1.1", defaultValue = "5",
            converter = Version.class)
    private MqttVersion version;

    @Option(names = "--ws", description = "speak over WebSocket, path /mqtt")
    private boolean webSocket;

    @Option(names = "--qos", description = "of all readings, 0 to 2, in place of what suits each kind",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private Integer qos;

    @Option(names = "--root", defaultValue = "house",
            description = "first level of all topics; a second house on the same broker needs another")
    private String root;

    @Option(names = "--help", usageHelp = true, description = "say this")
    private boolean help;

    private Main() { }

    /// Runs the house and ends the process: 0 if all promises were kept, 1 if one was broken, 2 if it could not be run.
    ///
    /// @param args see `--help`
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("house: " + failure.getMessage());
                    return NOT_RUN;
                });
    }

    @Override
    public Integer call() throws Exception {
        within("--seconds", seconds, 3, 86_400);
        within("--sensors", sensors, 5, 2_000);
        if (port == null) {
            port = webSocket ? 8083 : 1883;
        }
        within("--port", port, 1, 0xFFFF);
        if (qos != null) {
            within("--qos", qos, 0, 2);
        }
        if (root.isEmpty() || root.matches(".*[/+#$\\s].*")) {
            throw new ParameterException(spec.commandLine(), "--root is one level of a topic");
        }
        Broker broker = new Broker(host, port, version, webSocket);
        PrintWriter out = spec.commandLine().getOut();
        Consumer<String> story = sentence -> {
            out.println(sentence);
            out.flush();
        };
        story.accept(sensors + " sensors for " + seconds + " seconds, at " + broker);
        Report report = new House(broker, new House.Size(root, sensors, seconds, qos), story).run();
        report.print(out);
        return report.isKept() ? 0 : BROKEN;
    }

    private void within(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ParameterException(spec.commandLine(), option + " is " + min + " to " + max);
        }
    }

    /// What people call the versions of MQTT.
    static final class Version implements ITypeConverter<MqttVersion> {
        @Override
        public MqttVersion convert(String value) {
            return switch (value) {
                case "5", "5.0" -> MqttVersion.V5;
                case "3.1.1", "311", "4" -> MqttVersion.V3_1_1;
                default -> throw new TypeConversionException("'" + value + "' is neither 5 nor 3.1.1");
            };
        }
    }
}
