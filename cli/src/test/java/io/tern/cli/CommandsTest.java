package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands against a server that does what it is told, mosquitto or not.
@Timeout(60)
class CommandsTest {

    private static final Function<Packet, List<Packet>> USUAL = packet -> null;

    private static Run tern(StubBroker broker, String command, String... flags) {
        List<String> args = new ArrayList<>(List.of(command, "-h", "127.0.0.1", "-p", broker.port()));
        args.addAll(List.of(flags));
        return Run.ofTern(new byte[0], args);
    }

    private static Publish message(String topic, String payload, boolean retain) {
        return new Publish(false, 0, retain, TopicName.of(topic), 0, Properties.NONE, payload.getBytes());
    }

    /// A server that grants what is asked and then sends these.
    private static Function<Packet, List<Packet>> sending(Packet... messages) {
        return packet -> {
            if (packet instanceof Subscribe subscribe) {
                List<Packet> answers = new ArrayList<>(List.of(StubBroker.granted(subscribe)));
                answers.addAll(List.of(messages));
                return answers;
            }
            return null;
        };
    }

    @Test
    void pub_connects_as_its_flags_say() throws IOException {
        try (StubBroker broker = new StubBroker(USUAL)) {
            Run run = tern(broker, "pub", "-t", "t", "-m", "Hello", "-q", "1", "-r", "-V", "5", "-i", "id",
                    "-u", "user",
                    "-P", "pw", "-k", "33", "-c", "-x", "77", "--will-topic", "gone", "--will-payload", "bye",
                    "--will-qos", "1", "--will-retain", "-D", "will", "will-delay-interval", "4", "-D", "connect",
                    "user-property", "a", "b", "-D", "publish", "message-expiry-interval", "5", "-D", "disconnect",
                    "session-expiry-interval", "1");
            assertThat(run).isEqualTo(new Run("", "", 0));
            Connect connect = (Connect) broker.received.get(0);
            assertThat(connect.version()).isEqualTo(MqttVersion.V5);
            assertThat(connect.clientId()).isEqualTo("id");
            assertThat(connect.userName()).isEqualTo("user");
            assertThat(new String(connect.password())).isEqualTo("pw");
            assertThat(connect.keepAliveSeconds()).isEqualTo(33);
            assertThat(connect.cleanStart()).isFalse();
            assertThat(connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)).isEqualTo(77);
            assertThat(connect.properties().userProperties()).hasSize(1);
            assertThat(connect.will().topic().value()).isEqualTo("gone");
            assertThat(new String(connect.will().payload())).isEqualTo("bye");
            assertThat(connect.will().qos()).isEqualTo(1);
            assertThat(connect.will().retain()).isTrue();
            assertThat(connect.will().properties().number(Property.WILL_DELAY_INTERVAL, 0)).isEqualTo(4);
            Publish publish = (Publish) broker.received.get(1);
            assertThat(publish.retain()).isTrue();
            assertThat(publish.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, 0)).isEqualTo(5);
            Disconnect disconnect = (Disconnect) broker.received.get(2);
            assertThat(disconnect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)).isEqualTo(1);
        }
    }

    @Test
    void defaults_are_mosquittos() throws IOException {
        try (StubBroker broker = new StubBroker(USUAL)) {
            tern(broker, "sub", "-t", "t", "-E");
            assertThat(broker.received.get(0)).isEqualTo(
                    new Connect(MqttVersion.V3_1_1, false, true, 60, "", Properties.NONE, null, null, null));
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 4294967295", "\u221E, 4294967295", "0, 0", "4294967294, 4294967294"})
    void session_expiry_of_x(String given, long sent) throws IOException {
        try (StubBroker broker = new StubBroker(USUAL)) {
            tern(broker, "sub", "-t", "t", "-E", "-V", "5", "-i", "c", "-x", given);
            assertThat(((Connect) broker.received.get(0)).properties().number(Property.SESSION_EXPIRY_INTERVAL, 99))
                    .isEqualTo(sent);
        }
    }

    @Test
    void c_in_5_0_keeps_the_session_for_ever() throws IOException {
        try (StubBroker broker = new StubBroker(USUAL)) {
            tern(broker, "sub", "-t", "t", "-E", "-V", "5", "-i", "c", "-c");
            assertThat(((Connect) broker.received.get(0)).properties().number(Property.SESSION_EXPIRY_INTERVAL, 99))
                    .isEqualTo(0xFFFF_FFFFL);
        }
    }

    @Test
    void id_prefix_is_followed_by_the_process_id() throws IOException {
        try (StubBroker broker = new StubBroker(USUAL)) {
            tern(broker, "sub", "-t", "t", "-E", "-I", "pre-");
            assertThat(((Connect) broker.received.get(0)).clientId())
                    .isEqualTo("pre-" + ProcessHandle.current().pid());
        }
    }

    @Test
    void options_of_subscriptions() throws IOException {
        try (StubBroker broker = new StubBroker(USUAL)) {
            Run run = tern(broker, "sub", "-t", "a/#", "-t", "b", "-q", "2", "-V", "5", "--retain-as-published",
                    "--no-local", "--retain-handling", "never", "-U", "old", "-E",
                    "-D", "subscribe", "subscription-identifier", "9", "-D", "unsubscribe", "user-property", "k", "v");
            assertThat(run.exitCode()).isZero();
            Subscribe subscribe = (Subscribe) broker.received.get(1);
            assertThat(subscribe.items()).hasSize(2).allSatisfy(item -> {
                assertThat(item.qos()).isEqualTo(2);
                assertThat(item.noLocal()).isTrue();
                assertThat(item.retainAsPublished()).isTrue();
                assertThat(item.retainHandling()).isEqualTo(2);
            });
            assertThat(subscribe.properties().number(Property.SUBSCRIPTION_IDENTIFIER, 0)).isEqualTo(9);
            Unsubscribe unsubscribe = (Unsubscribe) broker.received.get(2);
            assertThat(unsubscribe.filters().getFirst().value()).isEqualTo("old");
            assertThat(unsubscribe.properties().userProperties()).hasSize(1);
        }
    }

    @Test
    void remove_retained_publishes_emptiness_even_when_nothing_is_printed() throws IOException {
        try (StubBroker broker = new StubBroker(
                sending(message("a", "1", true), message("b", "2", true), message("c", "3", false)))) {
            Run run = tern(broker, "sub", "-t", "#", "-R", "--remove-retained", "-T", "b", "-C", "1", "-v");
            assertThat(run).isEqualTo(new Run("c 3\n", "", 0));
            assertThat(broker.received).filteredOn(Publish.class::isInstance).singleElement()
                    .isEqualTo(new Publish(false, 1, true, TopicName.of("a"), 2, Properties.NONE, new byte[0]));
        }
    }

    @Test
    void denied_subscriptions_end_it() throws IOException {
        Function<Packet, List<Packet>> denying = packet -> packet instanceof Subscribe s
                ? List.of(new SubAck(s.packetId(), Properties.NONE, List.of(ReasonCode.NOT_AUTHORIZED))) : null;
        try (StubBroker broker = new StubBroker(denying)) {
            assertThat(tern(broker, "sub", "-t", "x", "-V", "5"))
                    .isEqualTo(new Run("", "All subscription requests were denied.\n", 0));
        }
    }

    @Test
    void sub_waits_for_a_server_that_was_there() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        Function<Packet, List<Packet>> flaky = packet -> switch (packet) {
            case Connect c when connections.incrementAndGet() == 1 -> List.of(StubBroker.CLOSE);
            case Subscribe s when connections.get() == 2 -> List.of(StubBroker.CLOSE);
            case Subscribe s -> List.of(StubBroker.granted(s), message("t", "at last", false));
            default -> null;
        };
        try (StubBroker broker = new StubBroker(flaky)) {
            assertThat(tern(broker, "sub", "-t", "t", "-C", "1")).isEqualTo(new Run("at last\n",
                    "Error: the server ends the connection without a word; does this port speak TLS? Trying again each"
                            + " second.\n", 0));
        }
    }

    @Test
    void servers_disconnect_ends_sub() throws IOException {
        try (StubBroker broker = new StubBroker(
                sending(new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN, Properties.NONE)))) {
            assertThat(tern(broker, "sub", "-t", "t", "-V", "5")).isEqualTo(new Run("", "", 0));
        }
    }

    @Test
    void servers_disconnect_fails_pub() throws IOException {
        Function<Packet, List<Packet>> rude = packet -> packet instanceof Publish
                ? List.of(new Disconnect(ReasonCode.QUOTA_EXCEEDED, Properties.NONE)) : null;
        try (StubBroker broker = new StubBroker(rude)) {
            assertThat(tern(broker, "pub", "-t", "t", "-m", "x", "-q", "1", "-V", "5"))
                    .isEqualTo(new Run("", "Error: The client is not currently connected.\n", 4));
        }
    }

    @Test
    void lost_connection_fails_pub() throws IOException {
        try (StubBroker broker = new StubBroker(packet ->
                packet instanceof Publish ? List.of(StubBroker.CLOSE) : null)) {
            assertThat(tern(broker, "pub", "-t", "t", "-m", "x", "-q", "1"))
                    .isEqualTo(new Run("", "Error: The connection was lost.\n", 7));
        }
        try (StubBroker broker = new StubBroker(packet -> List.of(StubBroker.CLOSE))) {
            assertThat(tern(broker, "pub", "-t", "t", "-m", "x"))
                    .isEqualTo(new Run("", "Error: The connection was lost.\n", 7));
        }
    }

    @Test
    void protocol_error_of_the_server() throws IOException {
        try (StubBroker broker = new StubBroker(sending(new PubAck(5), new SubAck(9, Properties.NONE,
                List.of(ReasonCode.SUCCESS))))) {
            assertThat(tern(broker, "pub", "-t", "t", "-m", "x").exitCode()).isZero();
        }
        try (StubBroker broker = new StubBroker(packet -> packet instanceof Publish
                ? List.of(new SubAck(9, Properties.NONE, List.of(ReasonCode.SUCCESS))) : null)) {
            assertThat(tern(broker, "pub", "-t", "t", "-m", "x", "-q", "1")).isEqualTo(new Run("",
                    "Error: A network protocol error occurred when communicating with the broker.\n", 2));
        }
    }

    @ParameterizedTest
    @CsvSource({"311, SERVER_UNAVAILABLE, 3, Connection Refused: broker unavailable.",
        "311, CLIENT_IDENTIFIER_NOT_VALID, 2, Connection Refused: identifier rejected.",
        "31, UNSUPPORTED_PROTOCOL_VERSION, 1, Connection Refused: unacceptable protocol version.",
        "5, BANNED, 138, Banned", "5, SERVER_MOVED, 157, Server moved", "5, QUOTA_EXCEEDED, 151, Quota exceeded"})
    void refused_connection_exits_with_its_code(String version, ReasonCode reason, int code, String text)
            throws IOException {
        try (StubBroker broker = new StubBroker(packet ->
                List.of(new ConnAck(false, reason, Properties.NONE), StubBroker.CLOSE))) {
            assertThat(tern(broker, "sub", "-t", "t", "-V", version))
                    .isEqualTo(new Run("", "Connection error: " + text + "\n", code));
        }
    }

    @Test
    void silent_server_does_not_outlast_w() throws IOException {
        try (StubBroker broker = new StubBroker(packet -> packet instanceof Connect ? null : List.of())) {
            assertThat(tern(broker, "sub", "-t", "t", "-W", "1")).isEqualTo(new Run("", "Timed out\n", 27));
        }
    }

    @Test
    void thousands_of_retained_messages_come_before_the_unsuback() throws IOException {
        Packet[] many = new Packet[5_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = message("t/" + i, "x", true);
        }
        try (StubBroker broker = new StubBroker(sending(many))) {
            Run run = tern(broker, "sub", "-t", "t/#", "-U", "other", "-C", "5000", "-v");
            assertThat(run.out().lines()).hasSize(5_000).contains("t/4999 x");
        }
    }

    @Test
    void wrong_flag_is_named_with_the_nearest_one() {
        assertThat(Run.ofTern("sub", "--topc", "x")).isEqualTo(new Run("",
                "Unknown options: '--topc', 'x'\nDid you mean --topic?\n\nUse 'tern sub --help' to see usage.\n", 1));
        assertThat(Run.ofTern("pub", "--completely-different").err()).doesNotContain("mean");
        assertThat(Run.ofTern("sup").err()).contains("Did you mean sub?");
        assertThat(Run.ofTern("pub", "-q", "x", "-t", "t", "-m", "m").exitCode()).isEqualTo(1);
        assertThat(Run.ofTern("pub", "-t").exitCode()).isEqualTo(1);
        assertThat(Run.ofTern("pub", "-D", "publish", "user-property", "a").err())
                .startsWith("Error: --property argument given but not enough arguments specified.\n");
        assertThat(Run.ofTern("sub", "-t", "t", "-P", "pw").exitCode()).isEqualTo(1);
    }

    @Test
    void help_is_printed_to_standard_output() {
        Run help = Run.ofTern("sub", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("--retained-only", "-W=SECS", "Exit codes:");
    }
}
