package io.tern.cli;

import io.tern.client.Backoff;
import io.tern.client.ClientBuilder;
import io.tern.client.MqttClient;
import io.tern.wire.Delayed;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.PointToPoint;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tern pub`: publishes a message, or one for each line of standard input. Flags, output and exit codes are those of
/// mosquitto_pub.
@Command(name = "pub", sortOptions = false, usageHelpAutoWidth = true,
        description = "Publish a message. Takes the flags of mosquitto_pub.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:published", "1:wrong arguments, or the server can't be reached",
            "7:connection lost", "8:TLS failed", "other:the code of the CONNACK that refused the connection"})
final class PubCommand implements Callable<Integer> {

    private static final int IN_FLIGHT_DEFAULT = 20;

    private final Streams streams;

    @Mixin
    private ConnectOptions connection;

    @Option(names = {"-t", "--topic"}, paramLabel = "TOPIC", description = "Where to publish.")
    private String topic;

    @Option(names = "--to", paramLabel = "CLIENT", description = "Publish to this client alone, by its identifier,"
            + " whatever it has subscribed to.")
    private String to;

    @Option(names = "--delay", paramLabel = "SECS", description = "Let the server keep the message for so long before"
            + " it goes on, such as 90 or 0.25.")
    private BigDecimal delaySeconds;

    @Option(names = {"-m", "--message"}, paramLabel = "TEXT", description = "The message.")
    private String message;

    @Option(names = {"-n", "--null-message"}, description = "Publish an empty message.")
    private boolean empty;

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Publish the contents of a file.")
    private Path file;

    @Option(names = {"-l", "--stdin-line"}, description = "Publish a message for each line of standard input.")
    private boolean lines;

    @Option(names = {"-s", "--stdin-file"}, description = "Publish all of standard input as one message.")
    private boolean all;

    @Option(names = {"-q", "--qos"}, paramLabel = "QOS", description = "0, 1 or 2. Default: 0")
    private int qos;

    @Option(names = {"-r", "--retain"}, description = "Let the server keep the message for later subscribers.")
    private boolean retain;

    @Option(names = "--repeat", paramLabel = "COUNT", description = "Publish the message so many times.")
    private int repeat = 1;

    @Option(names = "--repeat-delay", paramLabel = "SECS", description = "Wait so long in between. Default: 0")
    private double repeatDelaySeconds;

    @Option(names = "-M", paramLabel = "COUNT", description = "Most messages of QoS 1 and 2 in flight. Default: 20")
    private int inFlight = IN_FLIGHT_DEFAULT;

    PubCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Frame frame = new Frame("pub", streams, connection);
        return frame.run(true, () -> run(frame));
    }

    private void check() throws UsageException {
        connection.check();
        topic = topic != null ? topic : connection.urlTopic();
        long kinds = Stream.of(message != null, empty, file != null, lines, all).filter(given -> given).count();
        if (kinds > 1) {
            throw new UsageException("Error: Only one type of message can be sent at once.");
        }
        if (topic == null || kinds == 0) {
            throw new UsageException("Error: Both topic and message must be supplied.");
        }
        if (qos < 0 || qos > 2) {
            throw new UsageException("Error: Invalid QoS given: " + qos);
        }
        if (repeat < 1) {
            throw new UsageException("Error: --repeat argument must be >0.");
        }
        if (!(repeatDelaySeconds >= 0)) {
            throw new UsageException("Error: --repeat-delay argument must be >=0.0.");
        }
        if (inFlight < 1) {
            throw new UsageException("Error: Maximum inflight messages must be greater than 0.");
        }
        if ("".equals(to)) {
            throw new UsageException("Error: --to needs a client identifier.");
        }
        long delayMillis = delayMillis();
        try {
            topic = to == null ? TopicName.of(topic).value() : PointToPoint.topic(to, topic).value();
            topic = delayMillis == 0 ? topic : Delayed.topic(delayMillis, topic).value();
        } catch (InvalidTopicException e) {
            throw new UsageException("Error: Invalid publish topic '" + topic + "', does it contain '+' or '#'?");
        }
    }

    private long delayMillis() throws UsageException {
        if (delaySeconds == null) {
            return 0;
        }
        boolean inRange = delaySeconds.signum() > 0
                && delaySeconds.compareTo(BigDecimal.valueOf(Delayed.SECONDS_MAX)) <= 0;
        try {
            long millis = inRange ? delaySeconds.movePointRight(3).longValueExact() : 0;
            if (millis > 0) {
                return millis;
            }
        } catch (ArithmeticException e) {
            // Parts of a millisecond.
        }
        throw new UsageException("Error: --delay has to be seconds, up to three digits behind the point, above 0 and"
                + " up to " + Delayed.SECONDS_MAX + ".");
    }

    private int run(Frame frame) throws UsageException, IOException, InterruptedException {
        check();
        byte[] payload = lines ? null : new Payload(message, empty, file, all).bytes(streams.in());
        // A single message is not worth a second connection: the user repeats the command.
        ClientBuilder builder = connection.client(streams.out()).inFlightMessages(Math.min(inFlight, 0xFFFF))
                .reconnect(lines ? Backoff.DEFAULT : Backoff.NONE);
        try (MqttClient client = builder.build()) {
            client.connect();
            Publisher publisher = new Publisher(client, topic, qos, retain,
                    connection.properties(PropertyArguments.Target.PUBLISH), frame::complain);
            if (lines) {
                publisher.publishLines(streams.in());
            } else {
                publisher.publish(payload, repeat, Math.round(repeatDelaySeconds * 1_000));
            }
            client.disconnect(ReasonCode.SUCCESS, connection.properties(PropertyArguments.Target.DISCONNECT));
            return ExitCode.OK;
        }
    }
}
