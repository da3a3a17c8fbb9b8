package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ConnAck;
import io.tern.wire.Packet;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who publishes faster than the disk writes is read more slowly, and loses nothing.
class SlowDiskTest {

    private final House house = new House(1);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void nobody_is_read_while_too_much_waits_for_the_disk() {
        PlainClient publisher = house.connect(0, Hello.v5("p").keepAliveSeconds(10));
        PlainClient subscriber = house.connect(0, Hello.v5("s")).subscribed("#", 0);
        house.store.stagedBytes = Integer.MAX_VALUE;

        publisher.publish("a", "x");
        house.advanceSeconds(60);

        assertThat(subscriber.received()).isEmpty();
        assertThat(publisher.isClosed()).as("its silence is ours").isFalse();
        house.store.stagedBytes = 0;
        house.loop(0).wake();
        assertThat(subscriber.next(Publish.class).topic().value()).isEqualTo("a");
        assertThat(publisher.published("a", "y", 1)).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_full_disk_refuses_what_would_have_to_be_kept_and_serves_all_else() {
        PlainClient durable = house.connect(0, Hello.durable("d")).subscribed("a", 1);
        house.store.full = true;

        assertThat(durable.published("a", "x", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        durable.publish("a", "at QoS 0");
        assertThat(durable.payloads()).containsExactly("at QoS 0");
        assertThat(house.send(0, Hello.durable("new")).next(ConnAck.class).reason())
                .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        house.connect(0, Hello.v5("transient"));
        durable.lose();
        house.connect(0, Hello.durable("d"));

        house.store.full = false;
        assertThat(house.connect(0, Hello.durable("new")).published("b", "x", 2)).isNotNull();
    }

    @Test
    void a_full_disk_refuses_nothing_that_nobody_has_to_keep() {
        PlainClient live = house.connect(0, Hello.v5("s")).subscribed("#", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;

        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        publisher.publish("a", "2", 2, 7);
        publisher.published2(7);

        assertThat(live.payloads()).containsExactly("1", "2");
    }

    @Test
    void a_full_disk_takes_no_identifier_of_qos_2_into_a_session_that_stays_and_no_retained_message() {
        PlainClient durable = house.connect(0, Hello.durable("d"));
        PlainClient old = house.connect(0, Hello.v311("old"));
        house.store.full = true;

        durable.publish("a", "x", 2, 7);
        assertThat(durable.next(PubRec.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        durable.send(PlainClient.retained("a", "x", 1, 8));
        assertThat(durable.next(PubAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        old.send(PlainClient.retained("a", "x", 1, 9));
        assertThat(old.isClosed()).as("3.x has no word for it").isTrue();
        assertThat(house.broker.retainedMessages()).isZero();

        house.store.full = false;
        durable.publish("a", "x", 2, 7);
        durable.published2(7);
    }

    @Test
    void a_retained_message_can_be_cleared_while_the_disk_is_full() {
        PlainClient durable = house.connect(0, Hello.durable("d")).subscribed("#", 1).acknowledge();
        durable.send(PlainClient.retained("a", "x", 1, 1), PlainClient.retained("b", "y", 1, 2));
        house.run();
        durable.received();
        house.store.full = true;

        durable.send(PlainClient.retained("a", "", 1, 3));
        durable.send(PlainClient.retained("b", "", 2, 4));
        durable.send(PlainClient.retained("never", "", 1, 5));
        house.run();

        assertThat(house.broker.retainedMessages()).isZero();
        List<Packet> answers = durable.received();
        assertThat(answers)
                .contains(new PubAck(3))
                .anyMatch(packet -> packet instanceof PubRec received && !received.reason().isError())
                .anyMatch(packet -> packet instanceof PubAck refused
                        && refused.packetId() == 5
                        && refused.reason() == ReasonCode.QUOTA_EXCEEDED);
    }
}
