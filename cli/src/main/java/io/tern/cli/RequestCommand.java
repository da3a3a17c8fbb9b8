package io.tern.cli;

import io.tern.client.Backoff;
import io.tern.client.MqttClient;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tern request`: publishes a request and prints the response. Flags, output and exit codes are those of
/// mosquitto_rr.
@Command(name = "request", sortOptions = false, usageHelpAutoWidth = true,
        description = "Publish a request, and print the response. Takes the flags of mosquitto_rr.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:a response came", "1:wrong arguments, or the server can't be reached",
            "7:connection lost", "8:TLS failed", "27:no response within the time of -W",
            "other:the code of the CONNACK that refused the connection"})
final class RequestCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connection;

    @Option(names = {"-t", "--topic"}, paramLabel = "TOPIC", description = "Where to publish the request.")
    private String topic;

    @Option(names = "-e", paramLabel = "TOPIC",
            description = "Where the response comes: subscribed to, and told to the responder (5.0).")
    private String responseTopic;

    @Option(names = {"-m", "--message"}, paramLabel = "TEXT", description = "The request.")
    private String message;

    @Option(names = {"-n", "--null-message"}, description = "Publish an empty request.")
    private boolean empty;

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Publish the contents of a file.")
    private Path file;

    @Option(names = {"-s", "--stdin-file"}, description = "Publish all of standard input as the request.")
    private boolean all;

    @Option(names = {"-q", "--qos"}, paramLabel = "QOS", description = "0, 1 or 2, of both. Default: 0")
    private int qos;

    @Option(names = {"-r", "--retain"}, description = "Let the server keep the request for later subscribers.")
    private boolean retain;

    @Option(names = "-R", description = "A retained message is no response.")
    private boolean noRetained;

    @Option(names = "-W", paramLabel = "SECS", description = "Wait so many seconds for it; then exit with code 27.")
    private String timeout;

    @Mixin
    private PrintOptions printing;

    RequestCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        connection.usualVersion(MqttVersion.V5);
        Frame frame = new Frame("request", streams, connection);
        return frame.run(false, () -> run(frame));
    }

    private void check() throws UsageException {
        topic = topic != null ? topic : connection.urlTopic();
        long kinds = Stream.of(message != null, empty, file != null, all).filter(given -> given).count();
        if (kinds > 1) {
            throw new UsageException("Error: Only one type of message can be sent at once.");
        }
        if (topic == null || kinds == 0 || responseTopic == null) {
            throw new UsageException("Error: All of topic, message, and response topic must be supplied.");
        }
        if (qos < 0 || qos > 2) {
            throw new UsageException("Error: Invalid QoS given: " + qos);
        }
        checkTopic(topic, "publish");
        checkTopic(responseTopic, "response");
    }

    private static void checkTopic(String text, String kind) throws UsageException {
        try {
            TopicName.of(text);
        } catch (InvalidTopicException e) {
            throw new UsageException("Error: Invalid " + kind + " topic '" + text + "', does it contain '+' or '#'?");
        }
    }

    private Properties requestProperties() throws UsageException {
        Properties given = connection.properties(PropertyArguments.Target.PUBLISH);
        return !connection.version().isV5() || given.has(Property.RESPONSE_TOPIC)
                ? given : given.toBuilder().with(Property.RESPONSE_TOPIC, responseTopic).build();
    }

    private int run(Frame frame) throws UsageException, IOException, InterruptedException {
        connection.check();
        check();
        int timeoutSeconds = timeout == null ? 0 : Numbers.positive(timeout, "timeout");
        MessagePrinter printer = new MessagePrinter(printing.style(), streams.out(), Clock.systemDefaultZone());
        byte[] payload = new Payload(message, empty, file, all).bytes(streams.in());
        Requester.Plan plan = new Requester.Plan(TopicName.of(topic), TopicName.of(responseTopic), payload, qos,
                retain, noRetained, timeoutSeconds, requestProperties(),
                connection.properties(PropertyArguments.Target.SUBSCRIBE));
        try (MqttClient client = connection.client(streams.out()).reconnect(Backoff.NONE).build()) {
            client.connect();
            Requester requester = new Requester(client, plan);
            ReasonCode refusal = requester.ask();
            if (refusal != null) {
                frame.complain(ReasonText.of(refusal));
                return ExitCode.OK;
            }
            Publish response = requester.response();
            String complaint = response == null ? "Timed out" : printer.print(response);
            if (complaint != null) {
                frame.complain(complaint);
            }
            client.disconnect(ReasonCode.SUCCESS, connection.properties(PropertyArguments.Target.DISCONNECT));
            return response == null ? ExitCode.TIMED_OUT : ExitCode.OK;
        }
    }
}
