package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each packet in an open conversation.
class ChannelTest {

    private static final Properties NONE = Properties.NONE;

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

    private Channel open(Connects connects) {
        return host.open(outlet, connects.packet());
    }

    private Channel open() {
        return open(Connects.v5());
    }

    private static Disconnect disconnect(ReasonCode reason) {
        return new Disconnect(reason, NONE);
    }

    private void closedWith(ReasonCode reason) {
        assertThat(((Disconnect) outlet.only()).reason()).isEqualTo(reason);
        assertThat(outlet.closed).isTrue();
    }

    static Stream<Packet> anythingButConnect() {
        TopicFilter filter = TopicFilter.of("a");
        return Stream.of(
                new Publish(false, 0, false, Messages.TOPIC, 0, NONE, new byte[0]),
                new PubAck(1, ReasonCode.SUCCESS, NONE),
                new PubRec(1, ReasonCode.SUCCESS, NONE),
                new PubRel(1, ReasonCode.SUCCESS, NONE),
                new PubComp(1, ReasonCode.SUCCESS, NONE),
                new Subscribe(1, NONE, List.of(new Subscribe.Item(filter, 0))),
                new Unsubscribe(1, NONE, List.of(filter)),
                PingReq.INSTANCE,
                disconnect(ReasonCode.SUCCESS),
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, NONE));
    }

    static Stream<Packet> onlyServersSend() {
        return Stream.of(
                new ConnAck(false, ReasonCode.SUCCESS, NONE),
                new SubAck(1, NONE, List.of(ReasonCode.SUCCESS)),
                new UnsubAck(1, NONE, List.of(ReasonCode.SUCCESS)),
                PingResp.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("onlyServersSend")
    void packets_that_only_servers_send_are_a_mistake(Packet packet) {
        Channel channel = open();

        channel.on(packet);

        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    @Spec({"MQTT-3.1.0-2", "MQTT-4.13.1-1"})
    void a_second_connect_is_a_mistake() {
        Channel channel = open();

        channel.on(FakeHost.connect(MqttVersion.V5));

        closedWith(ReasonCode.PROTOCOL_ERROR);
        assertThat(host.detached).extracting(FakeHost.Detached::sendWill).containsExactly(true);
    }

    @Test
    void in_3_x_a_mistake_closes_without_a_word() {
        Channel channel = open(Connects.of(MqttVersion.V3_1_1));

        channel.on(FakeHost.connect(MqttVersion.V3_1_1));

        assertThat(outlet.take()).isEmpty();
        assertThat(outlet.closed).isTrue();
    }

    @Test
    @Spec("MQTT-3.12.4-1")
    void a_ping_is_answered() {
        Channel channel = open();

        channel.on(PingReq.INSTANCE);

        assertThat(outlet.only()).isEqualTo(PingResp.INSTANCE);
    }

    @Test
    void subscribe_and_unsubscribe_go_to_the_host() {
        Channel channel = open();

        anythingButConnect()
                .filter(packet -> packet instanceof Subscribe || packet instanceof Unsubscribe)
                .forEach(channel::on);

        assertThat(host.subscribes).hasSize(1);
        assertThat(host.unsubscribes).hasSize(1);
    }

    @Test
    @Spec({"MQTT-4.3.3-4", "MQTT-4.3.3-11"})
    void answers_to_what_is_unknown_are_answered_where_that_is_due() {
        Channel channel = open();

        channel.on(new PubAck(9, ReasonCode.SUCCESS, NONE));
        channel.on(new PubComp(9, ReasonCode.SUCCESS, NONE));
        channel.on(new PubRec(9, ReasonCode.UNSPECIFIED_ERROR, NONE));
        assertThat(outlet.take()).isEmpty();
        channel.on(new PubRec(9, ReasonCode.SUCCESS, NONE));
        assertThat(outlet.only()).isEqualTo(new PubRel(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE));
        channel.on(new PubRel(9, ReasonCode.SUCCESS, NONE));
        assertThat(outlet.only()).isEqualTo(new PubComp(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void an_answer_makes_room_for_the_next_message_and_for_those_who_wait() {
        Channel channel = open(Connects.v5().with(Property.RECEIVE_MAXIMUM, 1));
        Session session = channel.session();
        session.offer(Messages.of("1", 1), 2, false, null);
        session.offer(Messages.of("2", 2), 2, false, null);
        session.offer(Messages.of("3", 1), 2, false, null);
        assertThat(outlet.message().packetId()).isEqualTo(1);
        int roomy = host.roomy;

        channel.on(new PubAck(1, ReasonCode.SUCCESS, NONE));
        assertThat(Messages.text(outlet.message())).isEqualTo("2");
        assertThat(host.roomy).isEqualTo(roomy + 1);
        channel.on(new PubRec(2, ReasonCode.SUCCESS, NONE));
        assertThat(outlet.only()).isEqualTo(new PubRel(2, ReasonCode.SUCCESS, NONE));
        channel.on(new PubComp(2, ReasonCode.SUCCESS, NONE));

        assertThat(Messages.text(outlet.message())).isEqualTo("3");
    }

    @Test
    @Spec("MQTT-4.4.0-2")
    void a_refused_message_of_qos_2_is_done_without_pubrel() {
        Channel channel = open(Connects.v5().with(Property.RECEIVE_MAXIMUM, 1));
        channel.session().offer(Messages.of("1", 2), 2, false, null);
        channel.session().offer(Messages.of("2", 2), 2, false, null);
        outlet.take();

        channel.on(new PubRec(1, ReasonCode.QUOTA_EXCEEDED, NONE));

        assertThat(Messages.text(outlet.message())).isEqualTo("2");
    }
}
