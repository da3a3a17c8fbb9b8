package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of messages that are under way to a member of a shared group when it leaves or changes its terms.
class SharedMemberLeavesTest {

    private static final String SHARED = "$share/g/t";

    private final House house = new House(3);
    private PlainClient leaver;
    private PlainClient other;
    private Publish underWay;

    @AfterEach
    void close() {
        house.close();
    }

    @BeforeEach
    void sendOne() {
        leaver = house.connect(0, Hello.durable("leaver").with(Property.RECEIVE_MAXIMUM, 1)).subscribed(SHARED, 2);
        house.connect(1, Hello.v5("publisher")).publish("t", "x", 1, 1);
        underWay = leaver.next(Publish.class);
        other = house.connect(2, Hello.v5("other")).subscribed(SHARED, 2);
    }

    @Test
    @Spec({"MQTT-3.10.4-3", "MQTT-3.3.4-9"})
    void unsubscribing_frees_no_place_in_the_window() {
        leaver.subscribed("u", 1);
        assertThat(leaver.unsubscribed(SHARED)).isEqualTo(ReasonCode.SUCCESS);
        other.publish("u", "y", 1, 1);

        leaver.nothing();
        leaver.puback(underWay.packetId());

        assertThat(leaver.payloads()).containsExactly("y");
        assertThat(house.broker.sessions()).isEqualTo(3);
    }

    @Test
    void unsubscribing_sends_nothing_to_another_member() {
        leaver.unsubscribed(SHARED);
        other.nothing();

        leaver.puback(underWay.packetId());
        leaver.disconnect();

        other.nothing();
    }

    @Test
    void another_member_gets_what_was_not_acknowledged_before_the_connection_ended() {
        leaver.unsubscribed(SHARED);
        leaver.lose();

        assertThat(other.payloads()).containsExactly("x");
    }

    @Test
    @Spec("MQTT-4.8.2-4")
    void who_lowers_the_quality_of_service_keeps_what_came_at_the_higher_one() {
        leaver.puback(underWay.packetId());
        other.unsubscribed(SHARED);
        other.publish("t", "y", 2, 2);
        assertThat(leaver.next(Publish.class).qos()).isEqualTo(2);
        other.received();
        other.subscribed(SHARED, 2);
        leaver.subscribed(SHARED, 1);

        leaver.lose();

        other.nothing();
        PlainClient back = house.connect(0, Hello.durable("leaver"));
        Publish again = back.next(Publish.class);
        assertThat(again.dup()).isTrue();
        assertThat(again.qos()).isEqualTo(2);
    }
}
