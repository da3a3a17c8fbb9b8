package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Disconnect;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;

/// The receiver's half: acknowledged when handed over, delivered once, aliases resolved.
class ReceivingTest {

    private static void hand(SessionFixture f, int index) {
        f.session.acknowledge(f.events.deliveries.get(index));
    }

    @Test
    @Spec({"MQTT-4.5.0-2", "3.1.1:MQTT-4.5.0-2"})
    void qos_1_is_acknowledged_when_the_application_has_it() {
        SessionFixture f = SessionFixture.v5().open().receive(SessionFixture.publishOf("a", 1, 7, false));
        assertThat(f.events.drain()).containsExactly("deliver t a");
        assertThat(f.sent()).isEmpty();
        hand(f, 0);
        assertThat(f.sent()).containsExactly(new PubAck(7));
        hand(f, 0);
        assertThat(f.sent()).isEmpty();
    }

    @Test
    @Spec({"MQTT-4.3.3-10", "MQTT-4.3.3-12", "3.1.1:MQTT-4.3.3-2"})
    void qos_2_is_delivered_once_whatever_is_repeated() {
        SessionFixture f = SessionFixture.v5().open().receive(SessionFixture.publishOf("a", 2, 7, false));
        f.receive(SessionFixture.publishOf("a", 2, 7, true));
        assertThat(f.sent()).isEmpty();
        hand(f, 0);
        assertThat(f.sent()).containsExactly(new PubRec(7));
        f.receive(SessionFixture.publishOf("a", 2, 7, true));
        assertThat(f.sent()).containsExactly(new PubRec(7));
        f.receive(new PubRel(7));
        assertThat(f.sent()).containsExactly(new PubComp(7));
        assertThat(f.events.drain()).containsExactly("deliver t a");
        f.receive(SessionFixture.publishOf("b", 2, 7, false));
        assertThat(f.events.drain()).containsExactly("deliver t b");
    }

    @Test
    void unknown_pubrel_is_completed_anyway() {
        assertThat(SessionFixture.v5().open().receive(new PubRel(9)).sent()).containsExactly(
                new PubComp(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
        assertThat(SessionFixture.v3().open().receive(new PubRel(9)).sent()).containsExactly(new PubComp(9));
    }

    @Test
    void qos_2_survives_the_connection() {
        SessionFixture f = SessionFixture.v3().open().receive(SessionFixture.publishOf("a", 2, 7, false));
        f.lose();
        hand(f, 0);
        f.open(true, Properties.NONE);
        assertThat(f.sent()).isEmpty();
        f.receive(SessionFixture.publishOf("a", 2, 7, true));
        assertThat(f.sent()).containsExactly(new PubRec(7));
        assertThat(f.events.drain()).containsExactly("deliver t a");
    }

    @Test
    void qos_1_still_on_its_way_is_joined_by_the_repeat_of_the_next_connection() {
        SessionFixture f = SessionFixture.v3().open().receive(SessionFixture.publishOf("a", 1, 7, false));
        f.lose().open(true, Properties.NONE);
        f.receive(SessionFixture.publishOf("a", 1, 7, true));
        assertThat(f.events.drain()).containsExactly("deliver t a");
        assertThat(f.sent()).isEmpty();
        hand(f, 0);
        assertThat(f.sent()).containsExactly(new PubAck(7));
    }

    @Test
    void qos_1_handed_over_meanwhile_is_acknowledged_on_its_repeat() {
        SessionFixture f = SessionFixture.v3().open().receive(SessionFixture.publishOf("a", 1, 7, false));
        f.lose();
        hand(f, 0);
        f.open(true, Properties.NONE).receive(SessionFixture.publishOf("a", 1, 7, true));
        assertThat(f.sent()).containsExactly(new PubAck(7));
        assertThat(f.events.drain()).containsExactly("deliver t a");
    }

    @Test
    void an_identifier_of_long_ago_means_a_new_message() {
        SessionFixture f = SessionFixture.v3().open().receive(SessionFixture.publishOf("a", 1, 7, false));
        f.lose();
        hand(f, 0);
        f.open(true, Properties.NONE).lose().open(true, Properties.NONE);
        f.receive(SessionFixture.publishOf("b", 1, 7, true));
        assertThat(f.events.drain()).containsExactly("deliver t a", "deliver t b");
    }

    @Test
    void a_message_of_a_lost_session_is_not_acknowledged_to_the_new_one() {
        SessionFixture f = SessionFixture.v5().open().receive(SessionFixture.publishOf("a", 1, 7, false));
        f.lose().open(false, Properties.NONE).receive(SessionFixture.publishOf("b", 1, 7, false));
        hand(f, 0);
        assertThat(f.sent()).isEmpty();
        hand(f, 1);
        assertThat(f.sent()).containsExactly(new PubAck(7));
    }

    @Test
    void more_than_the_receive_maximum_is_borne() {
        SessionFixture f = SessionFixture.v5(Properties.builder().with(Property.RECEIVE_MAXIMUM, 1).build()).open();
        f.receive(SessionFixture.publishOf("a", 1, 1, false)).receive(SessionFixture.publishOf("b", 2, 1, false));
        hand(f, 0);
        hand(f, 1);
        assertThat(f.sent()).containsExactly(new PubAck(1), new PubRec(1));
    }

    @Test
    @Spec({"MQTT-3.3.2-7", "MQTT-3.3.2-10"})
    void topic_alias_stands_for_the_topic_until_the_connection_ends() {
        Properties alias = Properties.builder().with(Property.TOPIC_ALIAS, 2).build();
        SessionFixture f = SessionFixture.v5(Properties.builder().with(Property.TOPIC_ALIAS_MAXIMUM, 2).build());
        f.open().receive(new Publish(false, 0, false, TopicName.of("long/topic"), 0, alias, "1".getBytes()));
        Publish short1 = new Publish(false, 0, false, TopicName.EMPTY, 0, alias, "2".getBytes());
        f.receive(short1);
        assertThat(f.events.drain()).containsExactly("deliver long/topic 1", "deliver long/topic 2");
        f.lose().open(true, Properties.NONE).receive(short1);
        assertThat(f.session.isOpen()).isFalse();
    }

    @Test
    void topic_alias_above_our_maximum_is_invalid() {
        SessionFixture f = SessionFixture.v5().open();
        f.receive(new Publish(false, 0, false, TopicName.of("t"), 0,
                Properties.builder().with(Property.TOPIC_ALIAS, 1).build(), new byte[0]));
        assertThat(f.sent()).containsExactly(new Disconnect(ReasonCode.TOPIC_ALIAS_INVALID, Properties.NONE));
    }
}
