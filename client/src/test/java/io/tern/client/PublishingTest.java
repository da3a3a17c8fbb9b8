package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;

/// The sender's half: QoS 0, 1, 2, the window, and what happens when the connection is lost in between.
class PublishingTest {

    @Test
    void qos_0_is_settled_when_it_leaves() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 0);
        assertThat(f.session.outgoingMessages()).isEqualTo(1);
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("a", 0, 0, false));
        assertThat(f.events.drain()).containsExactly("settled a [SUCCESS]");
        assertThat(f.session.outgoingMessages()).isZero();
        assertThat(f.session.outgoingBytes()).isZero();
    }

    @Test
    void qos_1_is_settled_by_puback_with_its_reason() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 1);
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("a", 1, 1, false));
        f.receive(new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.NONE));
        assertThat(f.events.drain()).containsExactly("settled a [NO_MATCHING_SUBSCRIBERS]");
        f.receive(new PubAck(1));
        assertThat(f.events.drain()).isEmpty();
        assertThat(f.session.outgoingBytes()).isZero();
    }

    @Test
    @Spec({"MQTT-4.3.3-4", "3.1.1:MQTT-4.3.3-1"})
    void qos_2_takes_four_packets() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 2);
        f.sent();
        f.receive(new PubRec(1));
        assertThat(f.sent()).containsExactly(new PubRel(1));
        assertThat(f.events.drain()).isEmpty();
        f.receive(new PubRec(1));
        assertThat(f.sent()).containsExactly(new PubRel(1));
        f.receive(new PubComp(1));
        assertThat(f.events.drain()).containsExactly("settled a [SUCCESS]");
        f.receive(new PubRec(1));
        assertThat(f.sent()).containsExactly(
                new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
    }

    @Test
    void pubrec_with_an_error_ends_the_message() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 2);
        f.sent();
        f.receive(new PubRec(1, ReasonCode.QUOTA_EXCEEDED, Properties.NONE));
        assertThat(f.events.drain()).containsExactly("settled a [QUOTA_EXCEEDED]");
        assertThat(f.sent()).isEmpty();
        assertThat(f.session.outgoingMessages()).isZero();
    }

    @Test
    @Spec({"MQTT-3.3.4-7", "MQTT-3.3.4-8", "MQTT-4.9.0-2", "MQTT-4.9.0-3"})
    void the_servers_receive_maximum_is_the_window() {
        SessionFixture f = SessionFixture.v5()
                .open(false, Properties.builder().with(Property.RECEIVE_MAXIMUM, 2).build());
        f.publish("a", 1).publish("b", 2).publish("c", 1).publish("d", 0);
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("a", 1, 1, false),
                SessionFixture.publishOf("b", 2, 2, false));
        f.receive(new PubRec(2));
        // PUBREC gives no credit back, PUBCOMP does; d waits behind c, since order is kept.
        assertThat(f.sent()).containsExactly(new PubRel(2));
        f.receive(new PubComp(2));
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("c", 1, 3, false),
                SessionFixture.publishOf("d", 0, 0, false));
    }

    @Test
    @Spec({"MQTT-4.4.0-1", "MQTT-4.6.0-1", "MQTT-3.3.1-1", "3.1.1:MQTT-4.4.0-1", "3.1.1:MQTT-4.6.0-1"})
    void resumed_session_repeats_with_dup_in_order_and_pubrel_first() {
        SessionFixture f = SessionFixture.v3().open();
        f.publish("a", 1).publish("b", 2).publish("c", 2).publish("d", 1).sent();
        f.receive(new PubRec(3)).sent();
        f.receive(new PubAck(1));
        f.publish("e", 1);
        f.lose().open(true, Properties.NONE);
        assertThat(f.sent()).containsExactly(new PubRel(3), SessionFixture.publishOf("b", 2, 2, true),
                SessionFixture.publishOf("d", 1, 4, true), SessionFixture.publishOf("e", 1, 5, false));
    }

    @Test
    void repeats_respect_a_smaller_window() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 1).publish("b", 1);
        f.sent();
        f.lose().open(true, Properties.builder().with(Property.RECEIVE_MAXIMUM, 1).build());
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("a", 1, 1, true));
        f.receive(new PubAck(1));
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("b", 1, 2, true));
    }

    @Test
    @Spec("MQTT-3.2.2-5")
    void lost_session_sends_qos_1_anew_and_fails_what_nobody_can_know() {
        SessionFixture f = SessionFixture.v5().open();
        f.publish("a", 1).publish("b", 2).publish("c", 2).publish("d", 1).sent();
        f.receive(new PubRec(3)).sent();
        f.lose().open(false, Properties.NONE);
        assertThat(f.events.drain()).containsExactly("settled c [SUCCESS]",
                "failed b NOT_SENT UNSPECIFIED_ERROR");
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("a", 1, 5, false),
                SessionFixture.publishOf("d", 1, 6, false));
    }

    @Test
    @Spec({"MQTT-3.2.2-11", "MQTT-3.2.2-14", "MQTT-3.2.2-15", "MQTT-3.2.2-17", "MQTT-3.3.2-9"})
    void what_the_server_does_not_take_is_not_sent() {
        SessionFixture f = SessionFixture.v5().open(false, Properties.builder()
                .with(Property.MAXIMUM_QOS, 1).with(Property.RETAIN_AVAILABLE, 0)
                .with(Property.MAXIMUM_PACKET_SIZE, 20).with(Property.TOPIC_ALIAS_MAXIMUM, 3).build());
        Properties alias = Properties.builder().with(Property.TOPIC_ALIAS, 4).build();
        f.publish("q2", 2).publish("longer than twenty bytes", 1).publish("fine", 1);
        f.session.publish(new Outgoing(TopicName.of("t"), new byte[0], 0, true, Properties.NONE, "retained"));
        f.session.publish(new Outgoing(TopicName.of("t"), new byte[0], 0, false, alias, "alias"));
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("fine", 1, 2, false));
        assertThat(f.events.drain()).containsExactly("failed q2 NOT_SENT QOS_NOT_SUPPORTED",
                "failed longer than twenty bytes NOT_SENT PACKET_TOO_LARGE",
                "failed retained NOT_SENT RETAIN_NOT_SUPPORTED", "failed alias NOT_SENT TOPIC_ALIAS_INVALID");
    }

    @Test
    void abandon_fails_all_that_is_not_done() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 1).publish("b", 2);
        f.sent();
        f.receive(new PubRec(2));
        f.publish("c", 0).lose();
        f.session.abandon(MqttException.closed("enough"), f.events);
        assertThat(f.events.drain()).containsExactlyInAnyOrder("failed a CLOSED UNSPECIFIED_ERROR",
                "failed b CLOSED UNSPECIFIED_ERROR", "failed c CLOSED UNSPECIFIED_ERROR");
        assertThat(f.session.outgoingMessages()).isZero();
        assertThat(f.session.outgoingBytes()).isZero();
    }

    @Test
    @Spec({"MQTT-2.2.1-3", "3.1.1:MQTT-2.3.1-2"})
    void packet_identifiers_go_round_and_skip_those_in_use() {
        PacketIds ids = new PacketIds(65_534);
        assertThat(ids.take()).isEqualTo(65_534);
        assertThat(ids.take()).isEqualTo(65_535);
        assertThat(ids.take()).isEqualTo(1);
        ids.release(65_535);
        for (int i = 2; i <= 65_533; i++) {
            assertThat(ids.take()).isEqualTo(i);
        }
        assertThat(ids.take()).isEqualTo(65_535);
        assertThat(ids.take()).isZero();
    }
}
