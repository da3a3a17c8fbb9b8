package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ConnAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
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
}
