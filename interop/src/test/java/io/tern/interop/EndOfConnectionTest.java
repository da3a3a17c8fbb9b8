package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.defence.DefenceLimits;
import io.tern.broker.defence.DefenceOptions;
import io.tern.broker.watch.Counters;
import io.tern.client.MqttClient;
import io.tern.interop.Dam.End;
import io.tern.testkit.RawClient;
import io.tern.testkit.TestBroker;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerOptions;
import io.tern.transport.UnixOptions;
import io.tern.transport.tls.TlsOptions;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A client says its last in one go, messages, DISCONNECT and the end of the connection, at every moment and over
/// everything that carries MQTT: all messages are delivered, and the will only if there was no DISCONNECT.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(MethodNames.class)
@Execution(ExecutionMode.SAME_THREAD)
final class EndOfConnectionTest {

    /// What carries MQTT.
    enum Way {
        TCP, TLS, WS, WSS, UNIX;

        boolean isSecure() {
            return this == TLS || this == WSS;
        }

        boolean isWeb() {
            return this == WS || this == WSS;
        }
    }

    /// What the broker is at.
    enum Moment {
        /// Waiting for the client.
        AT_EASE,
        /// Asking somebody slow whether it may connect.
        LOGGING_IN,
        /// Bringing it to the shard of its session.
        MOVING,
        /// Asking somebody slow what it may publish.
        ASKING,
        /// Reading it more slowly, since it publishes too fast.
        THROTTLED
    }

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int PUBLISHES_PER_SECOND = 100;
    private static final int ROUNDS = 5;
    private static final int TRIES = 6;

    private final TestAuthority authority = TestAuthority.of("root");
    /// By client identifier, what the answers to it wait for.
    private final Map<String, CompletableFuture<Void>> gates = new ConcurrentHashMap<>();
    private int names;
    private Path socket;
    private TestBroker broker;
    private MqttClient observer;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        TestFiles files = authority.issue("server", "localhost").write(folder, "server");
        TlsOptions tls = TlsOptions.of(files.certificate(), files.key());
        socket = folder.resolve("mqtt.sock");
        broker = TestBroker.builder()
                .listener(ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls))
                .listener(ListenerOptions.ws("wss", "127.0.0.1", 0).withTls(tls))
                .listener(ListenerOptions.tcp("unix", "127.0.0.1", 0)
                        .withUnix(new UnixOptions(socket, PosixFilePermissions.fromString("rw-rw----"))))
                .authenticator((client, password, answer) -> login(client, answer))
                .defence(limits())
                .start();
        observer = MqttClient.builder().host("127.0.0.1").port(broker.port()).clientId("observer").build();
        observer.connect();
        observer.receive(Duration.ZERO);
        observer.subscribe("e/#", 2);
    }

    @SuppressWarnings("unchecked")
    private static DefenceLimits limits() {
        Option<Integer> publishes = (Option<Integer>) DefenceOptions.all().stream()
                .filter(each -> each.key().equals("defence.publishes_per_second"))
                .findFirst()
                .orElseThrow();
        return DefenceOptions.limits(Options.DEFAULTS.with(publishes, PUBLISHES_PER_SECOND));
    }

    @AfterAll
    void stop() {
        observer.close();
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    private void login(ClientInfo client, Consumer<Verdict> answer) {
        String id = client.clientId();
        CompletableFuture<Void> gate = gates.get(id);
        Verdict verdict = gate != null && id.startsWith(Moment.ASKING.name())
                ? Verdict.allow(Identity.of("test").withRules(new Slow(gate))) : Verdict.ANYBODY;
        if (gate != null && id.startsWith(Moment.LOGGING_IN.name())) {
            gate.thenRunAsync(() -> answer.accept(verdict));
        } else {
            answer.accept(verdict);
        }
    }

    /// Allows all, once it may answer.
    private record Slow(CompletableFuture<Void> gate) implements Authorizer {

        @Override
        public Decision decide(ClientInfo client, Access access) {
            return access.action() == Access.Action.PUBLISH ? Decision.LATER : Decision.ALLOW;
        }

        @Override
        public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
            gate.thenRunAsync(() -> answer.accept(Decision.ALLOW));
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return false;
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return "slow";
        }
    }

    private SocketAddress address(Way way) {
        return switch (way) {
            case TCP -> at(broker.port());
            case WS -> at(broker.wsPort());
            case TLS -> at(broker.listener("mqtts").port());
            case WSS -> at(broker.listener("wss").port());
            case UNIX -> UnixDomainSocketAddress.of(socket);
        };
    }

    private static SocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @Spec({"MQTT-3.14.4-3", "MQTT-3.1.2-8"})
    void all_is_delivered_and_the_will_is_right(Way way) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Moment moment : Moment.values()) {
            for (End end : End.values()) {
                for (boolean leaves : new boolean[] {true, false}) {
                    String what = play(way, moment, end, leaves);
                    if (what != null) {
                        wrong.add(moment + ", " + end + (leaves ? ", DISCONNECT: " : ": ") + what);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// Null if all went well. Which shard a connection comes to is nobody's choice, so a move may take several tries.
    private String play(Way way, Moment moment, End end, boolean leaves) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            if (i > 0) {
                broker.connect().close(); // Listeners go round their shards, each for itself.
            }
            long moved = broker.broker().count(Counters.Event.MOVED);
            String what = playOnce(way, moment, end, leaves);
            if (what != null || moment != Moment.MOVING || broker.broker().count(Counters.Event.MOVED) > moved) {
                return what;
            }
        }
        return "never moved";
    }

    private String playOnce(Way way, Moment moment, End end, boolean leaves) throws Exception {
        String id = moment + "-" + ++names;
        TopicName topic = TopicName.of("e/" + id);
        List<String> expected = new ArrayList<>();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        gates.put(id, gate);
        byte[] connect = bytes(new Connect(MqttVersion.V5, false, false, 0, id,
                Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 60).build(),
                new Will(topic, ascii("will"), 1, false, Properties.NONE), null, null));
        boolean connectsFirst = moment != Moment.LOGGING_IN && moment != Moment.MOVING;
        if (moment == Moment.MOVING) {
            settle(id);
        }
        try (Dam dam = new Dam(address(way)); Talker client = Talker.connect(dam.port(), way.isSecure()
                        ? authority : null, way.isWeb())) {
            ByteWriter last = new ByteWriter(1024);
            if (connectsFirst) {
                client.say(connect);
                client.hearConnAck();
                dam.hold();
            } else {
                dam.hold();
                last.writeBytes(connect);
            }
            int count = moment == Moment.THROTTLED ? PUBLISHES_PER_SECOND + 20 : 9;
            for (int i = 0; i < count; i++) {
                int qos = count - i > 9 ? 0 : i % 3;
                last.writeBytes(bytes(
                        new Publish(false, qos, false, topic, qos == 0 ? 0 : i + 1, Properties.NONE, ascii("m" + i))));
                expected.add("m" + i);
            }
            if (leaves) {
                last.writeBytes(bytes(new Disconnect(ReasonCode.SUCCESS, Properties.NONE)));
            } else {
                expected.add("will");
            }
            client.say(Arrays.copyOf(last.array(), last.size()));
            client.end(leaves);
            dam.burst(end);
            rounds();
            gate.complete(null);
            List<String> heard = hear(topic, expected.size());
            settled();
            observer.publish(topic.value(), ascii("end"), 1, false);
            heard.addAll(hear(topic, 1));
            expected.add("end");
            heard.sort(null);
            expected.sort(null);
            return heard.equals(expected) ? null : "heard " + heard + " and not " + expected;
        } finally {
            gates.remove(id);
        }
    }

    /// Makes the session, on whichever shard it comes to.
    private void settle(String id) {
        try (RawClient first = broker.connect()) {
            first.send(new Connect(MqttVersion.V5, false, true, 0, id,
                    Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 60).build(), null, null, null));
            assertThat(first.receive()).isInstanceOf(ConnAck.class);
            first.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        }
        settled();
    }

    /// Lets the broker look at its sockets.
    private void rounds() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            observer.publish("round", new byte[0], 1, false);
        }
    }

    /// Waits until nobody else is connected.
    private void settled() {
        Waiting.until(() -> broker.broker().figures().stream()
                .filter(figure -> figure.name().equals("tern_connections_open"))
                .allMatch(figure -> figure.read() == 1), "the end of the connection");
    }

    private List<String> hear(TopicName topic, int count) throws Exception {
        List<String> heard = new ArrayList<>();
        while (heard.size() < count) {
            Publish message = observer.receive(LONG);
            if (message == null) {
                heard.add("nothing more");
                return heard;
            }
            assertThat(message.topic()).isEqualTo(topic);
            heard.add(new String(message.payload(), StandardCharsets.US_ASCII));
        }
        return heard;
    }

    private static byte[] bytes(Packet packet) {
        ByteWriter out = new ByteWriter(256);
        Encoder.encode(packet, MqttVersion.V5, out);
        return Arrays.copyOf(out.array(), out.size());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
