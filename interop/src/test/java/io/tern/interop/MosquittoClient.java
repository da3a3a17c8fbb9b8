package io.tern.interop;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// mosquitto's command-line clients: a `mosquitto_pub` for each message, and one `mosquitto_sub` that is this client's
/// connection. That can't subscribe without connecting or connect without subscribing, so [#connect] is put off until
/// [#subscribe], unless there is a will, and [#subscribe] may be called once; coming back, [#connect] subscribes again.
final class MosquittoClient extends InboxClient {

    private static final String LIFE_SECONDS = "60";
    private static final String FORMAT =
            "MESSAGE\t%t\t%q\t%r\t%x\t%C\t%R\t%D\t%E\t%P";
    private static final Pattern CONNACK = Pattern.compile("Client .* received CONNACK \\((\\d+)\\)");
    private static final Pattern SUBACK = Pattern.compile("Subscribed \\(mid: \\d+\\): (\\d+).*");
    private static final Pattern DISCONNECT = Pattern.compile("Received DISCONNECT \\((\\d+)\\)");

    private final List<String> subscription = new ArrayList<>();
    private CompletableFuture<Integer> granted;
    private Child sub;
    private String before = "";

    MosquittoClient(Setup setup) {
        super(setup);
    }

    /// What -V takes.
    static String version(MqttVersion version) {
        return switch (version) {
            case V3_1 -> "mqttv31";
            case V3_1_1 -> "mqttv311";
            case V5 -> "mqttv5";
        };
    }

    @Override
    public boolean connect() throws IOException, InterruptedException {
        inbox.connecting();
        if (!subscription.isEmpty()) {
            start(subscription);
        } else if (setup.will() != null) {
            start(List.of("-t", "nothing/" + setup.clientId()));
        }
        return false;
    }

    @Override
    public int subscribe(String filter, int qos) throws IOException, InterruptedException {
        if (sub != null) {
            throw new IllegalStateException("mosquitto_sub subscribes once");
        }
        subscription.addAll(List.of("-t", filter, "-q", String.valueOf(qos)));
        return start(subscription);
    }

    private int start(List<String> what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", "mosquitto_sub", "-d", "-F", FORMAT));
        command.addAll(List.of("-W", LIFE_SECONDS, "-k", String.valueOf(Math.max(5, setup.keepAliveSeconds()))));
        command.addAll(where());
        command.addAll(what);
        if (!setup.clientId().isEmpty()) {
            command.addAll(List.of("-i", setup.clientId()));
        }
        if (!setup.clean()) {
            // In 5.0 it sets the longest Session Expiry Interval as well.
            command.add("-c");
        }
        if (setup.isV5()) {
            command.addAll(property("connect", "receive-maximum", Setup.RECEIVE_MAXIMUM));
        }
        Message will = setup.will();
        if (will != null) {
            command.addAll(List.of("--will-topic", will.topic(), "--will-payload", will.text()));
            command.addAll(List.of("--will-qos", String.valueOf(will.qos())));
            if (will.retain()) {
                command.add("--will-retain");
            }
            if (will.extras().contentType() != null) {
                command.addAll(property("will", "content-type", will.extras().contentType()));
            }
        }
        granted = new CompletableFuture<>();
        before = words();
        sub = new Child("mosquitto_sub", command, Map.of(), Integer.parseInt(LIFE_SECONDS), this::said);
        try {
            return Waiting.await(granted, "mosquitto_sub");
        } catch (AssertionError e) {
            throw new AssertionError(sub.lastWords(), e);
        }
    }

    private void said(String line) {
        if (line.startsWith("MESSAGE\t")) {
            inbox.received(received(line.split("\t", -1)));
            return;
        }
        Matcher suback = SUBACK.matcher(line);
        Matcher connack = CONNACK.matcher(line);
        Matcher disconnect = DISCONNECT.matcher(line);
        if (suback.matches()) {
            granted.complete(Integer.parseInt(suback.group(1)));
        } else if (connack.matches() && !connack.group(1).equals("0")) {
            granted.completeExceptionally(new AssertionError(line));
        } else if (disconnect.matches()) {
            inbox.ended(Integer.parseInt(disconnect.group(1)));
        }
    }

    private static Message received(String[] fields) {
        String userProperties = fields[9].strip();
        Extras extras = new Extras(
                emptyToNull(fields[5]),
                emptyToNull(fields[6]),
                emptyToNull(fields[7]),
                userProperties.isEmpty()
                        ? List.of()
                        : Arrays.stream(userProperties.split(" ")).map(p -> p.replaceFirst(":", "=")).toList(),
                fields[8].isEmpty() ? -1 : Long.parseLong(fields[8]),
                0);
        return new Message(fields[1], HexFormat.of().parseHex(fields[4]), Integer.parseInt(fields[2]),
                fields[3].equals("1"), extras);
    }

    private static String emptyToNull(String field) {
        return field.isEmpty() ? null : field;
    }

    @Override
    public void unsubscribe(String filter) {
        throw new UnsupportedOperationException("mosquitto_sub unsubscribes only while it connects");
    }

    @Override
    public Answer publishLater(Message message) throws IOException {
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-t", message.topic()));
        command.addAll(where());
        command.addAll(List.of("-q", String.valueOf(message.qos())));
        // -s takes the payload from the input as it is, but not an empty one.
        command.add(message.payload().length == 0 ? "-n" : "-s");
        if (message.retain()) {
            command.add("-r");
        }
        command.addAll(properties(message.extras()));
        Child pub = new Child("mosquitto_pub", command, Map.of(), 30, line -> {});
        try (OutputStream input = pub.input()) {
            input.write(message.payload());
        }
        return () -> {
            if (pub.awaitEnd() != 0) {
                throw new AssertionError(pub.lastWords());
            }
        };
    }

    private static List<String> properties(Extras extras) {
        List<String> properties = new ArrayList<>();
        if (extras.contentType() != null) {
            properties.addAll(property("publish", "content-type", extras.contentType()));
        }
        if (extras.responseTopic() != null) {
            properties.addAll(property("publish", "response-topic", extras.responseTopic()));
        }
        if (extras.correlation() != null) {
            properties.addAll(property("publish", "correlation-data", extras.correlation()));
        }
        if (extras.expirySeconds() >= 0) {
            properties.addAll(property("publish", "message-expiry-interval", extras.expirySeconds()));
        }
        for (String property : extras.userProperties()) {
            properties.addAll(List.of("-D", "publish", "user-property", Extras.name(property), Extras.value(property)));
        }
        return properties;
    }

    private static List<String> property(String packet, String name, Object value) {
        return List.of("-D", packet, name, value.toString());
    }

    private List<String> where() {
        List<String> where = new ArrayList<>(List.of(
                "-V", version(setup.variant().version()), "-h", "127.0.0.1", "-p", String.valueOf(setup.port())));
        if (setup.ca() != null) {
            where.addAll(List.of("--cafile", setup.ca().toString()));
        }
        return where;
    }

    @Override
    public Message receive() throws InterruptedException {
        try {
            return inbox.nextMessage();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + this, e);
        }
    }

    @Override
    public void disconnect() throws IOException, InterruptedException {
        if (sub != null) {
            sub.endAtRest();
        }
    }

    @Override
    public int endedByBroker() throws InterruptedException {
        int reason = inbox.nextEnd();
        lost();
        return reason;
    }

    /// mosquitto_sub would come back by itself, so it ends here.
    @Override
    public void lost() throws InterruptedException {
        sub.close();
        sub.awaitEnd();
    }

    private String words() {
        return sub == null ? "" : sub.lastWords() + "\n";
    }

    /// What mosquitto_sub has told of its packets, on this connection and the one before.
    @Override
    public String toString() {
        return before + words();
    }

    @Override
    public void close() {
        if (sub != null) {
            sub.close();
        }
    }
}
