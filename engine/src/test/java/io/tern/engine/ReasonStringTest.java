package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.engine.rules.Refusal;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever is refused is told which rule or limit it is about, if it wants to know.
class ReasonStringTest {

    private static final TopicName DEEP = TopicName.of("a/b/c/d");

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

    ReasonStringTest() {
        host.topicLevels = 3;
    }

    private static Connects quiet() {
        return Connects.v5().with(Property.REQUEST_PROBLEM_INFORMATION, 0);
    }

    private static Publish publish(TopicName topic, int qos) {
        return new Publish(false, qos, false, topic, qos == 0 ? 0 : 7, Properties.NONE, new byte[0]);
    }

    private static String words(Packet packet) {
        Properties properties =
                switch (packet) {
                    case PubAck ack -> ack.properties();
                    case PubRec ack -> ack.properties();
                    case ConnAck ack -> ack.properties();
                    case Disconnect disconnect -> disconnect.properties();
                    default -> throw new AssertionError(packet);
                };
        return properties.string(Property.REASON_STRING);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_publish_that_is_not_taken_is_answered_with_the_limit(int qos) {
        Channel channel = host.open(outlet, Connects.v5().packet());

        channel.on(publish(DEEP, qos));

        assertThat(words(outlet.only())).isEqualTo("it has 4 levels, 3 are allowed");
        assertThat(channel.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec("MQTT-3.1.2-29")
    void without_request_problem_information_the_code_says_it_all(int qos) {
        Channel channel = host.open(outlet, quiet().packet());

        channel.on(publish(DEEP, qos));

        assertThat(words(outlet.only())).isNull();
    }

    @Test
    @Spec("MQTT-3.1.2-29")
    void disconnect_and_connack_have_words_also_without_request_problem_information() {
        Channel channel = host.open(outlet, quiet().packet());
        channel.on(FakeHost.connect(MqttVersion.V5));
        assertThat(words(outlet.only())).isNotEmpty();

        RecordingOutlet other = new RecordingOutlet();
        host.channel(other)
                .on(quiet().clientId("x".repeat(101)).packet());
        assertThat(words(other.only())).isEqualTo("a client identifier of 101 characters");
    }

    @Test
    void words_leave_with_their_own_answer_and_in_its_turn() {
        Channel channel = host.open(outlet, Connects.v5().packet());
        channel.on(new Publish(false, 1, false, Messages.TOPIC, 1, Properties.NONE, new byte[0]));
        channel.on(publish(DEEP, 1));
        channel.on(new Publish(false, 1, false, Messages.TOPIC, 2, Properties.NONE, new byte[0]));
        FakeHost.Routed second = host.routed.get(1);
        second.channel().settled(second.slot(), ReasonCode.SUCCESS);
        assertThat(outlet.take()).isEmpty();

        FakeHost.Routed first = host.routed.get(0);
        first.channel().settled(first.slot(), ReasonCode.SUCCESS);

        assertThat(outlet.take())
                .containsExactly(
                        new PubAck(1),
                        new PubAck(
                                7,
                                ReasonCode.TOPIC_NAME_INVALID,
                                Refusal.reasonString("it has 4 levels, 3 are allowed")),
                        new PubAck(2));
    }

    @ParameterizedTest
    @EnumSource
    void a_will_keeps_within_the_limits_of_a_message(MqttVersion version) {
        assertThat(refusal(version, DEEP)).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(refusal(version, TopicName.of("$SYS/broker/uptime"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    private ReasonCode refusal(MqttVersion version, TopicName topic) {
        RecordingOutlet refused = new RecordingOutlet();
        Connect connect = Connects.of(version)
                .will(new Will(topic, new byte[0], 0, false, Properties.NONE))
                .packet();
        host.channel(refused).on(connect);
        assertThat(refused.closed).isTrue();
        return ((ConnAck) refused.only()).reason();
    }

    @Test
    @Spec({"MQTT-3.1.2-24", "MQTT-3.2.0-1"})
    void who_can_not_take_connack_is_not_let_in() {
        Connect connect = Connects.v5().will().packet();
        Session session = new Session(host, 0, "c", 1);
        Channel channel = host.channel(outlet);
        channel.on(connect);
        ConnAck connAck = channel.open(FakeHost.client(connect), session, connect, false, 1, null);
        outlet.refused = connAck;

        channel.welcome(connAck);

        assertThat(((ConnAck) outlet.only()).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(outlet.closed).isTrue();
        assertThat(host.detached).containsExactly(new FakeHost.Detached(session, false));
    }
}
