package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.engine.rules.Strictness;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What CONNECT asks for and CONNACK says.
class ConnectingTest {

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

    private ConnAck answer(Connects connects, String clientId, boolean sessionPresent) {
        Connect connect = connects.packet();
        Channel channel = host.channel(outlet);
        channel.on(connect);
        Session session = new Session(host, 0, clientId, 1);
        io.tern.api.ClientInfo client =
                new io.tern.api.ClientInfo(clientId, null, connect.version(), FakeHost.CONNECTION);
        return channel.open(client, session, connect, sessionPresent, 1, null);
    }

    private Properties granted(Connects connects) {
        return answer(connects, "c", false).properties();
    }

    private ReasonCode refusal(Connects connects) {
        Refusal refusal = Connecting.refusal(connects.packet(), host.limits(), host.rules);
        return refusal == null ? null : refusal.reason();
    }

    @Test
    void a_client_is_told_only_what_differs_from_what_it_assumes() {
        host.receiveMaximum = 65_535;
        host.topicAliasMaximum = 0;

        Properties granted = granted(Connects.v5().keepAliveSeconds(30).with(Property.SESSION_EXPIRY_INTERVAL, 10));

        assertThat(granted)
                .isEqualTo(Properties.builder()
                        .with(Property.MAXIMUM_PACKET_SIZE, host.packetBytes)
                        .build());
    }

    @Test
    void a_client_is_told_every_limit_there_is() {
        host.receiveMaximum = 10;
        host.topicAliasMaximum = 5;
        host.keepAliveSecondsMaximum = 20;
        host.sessionExpirySecondsMaximum = 100;
        host.rules = new ListenerRules(
                1, false, false, false, false, Strictness.ENFORCE, Strictness.ENFORCE, Strictness.ENFORCE);

        Properties granted = granted(Connects.v5().keepAliveSeconds(30).with(Property.SESSION_EXPIRY_INTERVAL, 1000));

        assertThat(granted)
                .isEqualTo(Properties.builder()
                        .with(Property.SESSION_EXPIRY_INTERVAL, 100)
                        .with(Property.RECEIVE_MAXIMUM, 10)
                        .with(Property.MAXIMUM_PACKET_SIZE, host.packetBytes)
                        .with(Property.TOPIC_ALIAS_MAXIMUM, 5)
                        .with(Property.SERVER_KEEP_ALIVE, 20)
                        .with(Property.MAXIMUM_QOS, 1)
                        .with(Property.RETAIN_AVAILABLE, 0)
                        .with(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 0)
                        .with(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0)
                        .with(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0)
                        .build());
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"V3_1", "V3_1_1"})
    void clients_of_3_x_are_told_nothing(MqttVersion version) {
        assertThat(granted(Connects.of(version))).isEqualTo(Properties.NONE);
    }

    @ParameterizedTest
    @CsvSource({"V3_1,true,false", "V3_1_1,true,true", "V5,true,true", "V3_1,false,false", "V5,false,false"})
    @Spec("MQTT-3.2.2-3")
    void session_present_is_said_where_the_version_has_it(MqttVersion version, boolean present, boolean said) {
        assertThat(answer(Connects.of(version).resume(), "c", present).sessionPresent()).isEqualTo(said);
    }

    @Test
    @Spec({"MQTT-3.1.3-7", "MQTT-3.2.2-16"})
    void a_client_that_was_given_an_identifier_is_told_which() {
        ConnAck given = answer(Connects.v5().clientId(""), "made-up", false);
        ConnAck own = answer(Connects.v5().clientId("own"), "own", false);

        assertThat(given.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER)).isEqualTo("made-up");
        assertThat(own.properties().has(Property.ASSIGNED_CLIENT_IDENTIFIER)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,100,100", "60,0,60", "60,59,59", "60,60,60", "60,61,60"})
    @Spec({"MQTT-3.1.2-21", "MQTT-3.2.2-22"})
    void the_keep_alive_is_the_servers_where_the_clients_is_longer(int maximum, int asked, int granted) {
        host.keepAliveSecondsMaximum = maximum;

        Properties told = granted(Connects.v5().keepAliveSeconds(asked));

        assertThat(told.number(Property.SERVER_KEEP_ALIVE, asked)).isEqualTo(granted);
        Connect old = Connects.of(MqttVersion.V3_1_1).keepAliveSeconds(asked).packet();
        assertThat(Connecting.keepAliveSeconds(old, host.limits())).as("3.x can't be told").isEqualTo(asked);
    }

    @Test
    @Spec("MQTT-3.1.2-23")
    void a_session_outlives_its_connection_as_long_as_asked_for_and_allowed() {
        host.sessionExpirySecondsMaximum = 500;
        Limits limits = host.limits();

        assertThat(Connecting.sessionExpirySeconds(Connects.v5().packet(), limits)).isZero();
        assertThat(Connecting.sessionExpirySeconds(Connects.v5().resume().packet(), limits)).isZero();
        Connect some = Connects.v5().with(Property.SESSION_EXPIRY_INTERVAL, 60).packet();
        assertThat(Connecting.sessionExpirySeconds(some, limits)).isEqualTo(60);
        Connect ever = Connects.v5().with(Property.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL).packet();
        assertThat(Connecting.sessionExpirySeconds(ever, limits)).isEqualTo(500);
        Connect clean = Connects.of(MqttVersion.V3_1_1).packet();
        assertThat(Connecting.sessionExpirySeconds(clean, limits)).isZero();
        Connect kept = Connects.of(MqttVersion.V3_1).resume().packet();
        assertThat(Connecting.sessionExpirySeconds(kept, limits)).isEqualTo(500);
        host.sessionExpirySecondsMaximum = Limits.NEVER_EXPIRES;
        assertThat(Connecting.sessionExpirySeconds(kept, host.limits())).isEqualTo(Limits.NEVER_EXPIRES);
    }

    @ParameterizedTest
    @CsvSource({"V5,true,false", "V5,false,false", "V3_1_1,true,false", "V3_1_1,false,true", "V3_1,true,true"})
    @Spec({"MQTT-3.1.3-6", "MQTT-3.1.3-8", "3.1.1:MQTT-3.1.3-7", "3.1.1:MQTT-3.1.3-8"})
    void an_empty_identifier_is_taken_where_the_version_allows_it(MqttVersion version, boolean clean, boolean refused) {
        Connects connects = Connects.of(version).clientId("");

        assertThat(refusal(clean ? connects : connects.resume()))
                .isEqualTo(refused ? ReasonCode.CLIENT_IDENTIFIER_NOT_VALID : null);
    }

    @Test
    @Spec("MQTT-3.1.3-5")
    void an_identifier_is_taken_up_to_the_limit() {
        host.clientIdBytes = 23;
        String letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

        assertThat(refusal(Connects.v5().clientId(letters.substring(0, 23)))).isNull();
        assertThat(refusal(Connects.v5().clientId(letters.substring(0, 24))))
                .isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @Test
    void a_refused_connect_is_answered_without_asking_the_host() {
        Channel channel = host.channel(outlet);

        channel.on(Connects.of(MqttVersion.V3_1_1).clientId("").resume().packet());

        assertThat(outlet.only())
                .isEqualTo(new ConnAck(
                        false,
                        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                        Refusal.reasonString("a client identifier of 0 characters")));
        assertThat(outlet.closed).isTrue();
        assertThat(host.connects).isEmpty();
    }

    @Test
    @Spec({"MQTT-3.3.4-9", "MQTT-4.9.0-1"})
    void the_window_is_the_smaller_of_the_clients_and_ours() {
        host.inFlightMessages = 100;
        RecordingOutlet other = new RecordingOutlet();

        assertThat(host.open(outlet, Connects.v5().packet()).inFlightMessages()).isEqualTo(100);
        Connect small = Connects.v5().with(Property.RECEIVE_MAXIMUM, 3).packet();
        assertThat(host.open(other, small).inFlightMessages()).isEqualTo(3);
    }

    @Test
    @Spec("MQTT-3.1.2-28")
    void response_information_is_told_to_who_asks() {
        host.responseInformation = "reply/c";

        assertThat(granted(Connects.v5()).has(Property.RESPONSE_INFORMATION)).isFalse();
        Properties asked = granted(Connects.v5().with(Property.REQUEST_RESPONSE_INFORMATION, 1));
        assertThat(asked.string(Property.RESPONSE_INFORMATION)).isEqualTo("reply/c");
    }

    @Test
    void a_will_becomes_a_message_of_its_client() {
        Properties properties = Properties.builder()
                .with(Property.WILL_DELAY_INTERVAL, 5)
                .with(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                .with(Property.CONTENT_TYPE, "text")
                .build();
        Will will = new Will(TopicName.of("w"), new byte[] {1, 2}, 2, true, properties);

        Message message = Connecting.message(will, "c", 5000);

        assertThat(message.topic().value()).isEqualTo("w");
        assertThat(message.payload()).containsExactly(1, 2);
        assertThat(message.qos()).isEqualTo(2);
        assertThat(message.retain()).isTrue();
        assertThat(message.publisherId()).isEqualTo("c");
        assertThat(message.expiresAtMillis()).isEqualTo(65_000);
        assertThat(message.properties())
                .isEqualTo(Properties.builder().with(Property.CONTENT_TYPE, "text").build());
        Will plain = new Will(TopicName.of("w"), new byte[0], 0, false, Properties.NONE);
        assertThat(Connecting.message(plain, "c", 5000).expiresAtMillis()).isEqualTo(Message.NEVER);
    }
}
