package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.AnyLender;
import io.tern.engine.queue.Lender;
import io.tern.wire.Packet;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages of QoS 0 for a client that does not read at the moment.
class Qos0BacklogTest {

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final Session session = new Session(host, 0, "c", 1);
    private final int[] settled = new int[1];

    private final Lender lender = new AnyLender() {
        @Override
        public int[] subscriptionIdentifiers() {
            return new int[] {5};
        }

        @Override
        public void settled() {
            settled[0]++;
        }
    };

    private Channel open() {
        return host.open(outlet, Connects.v5().packet(), session);
    }

    private void offer(String payload) {
        session.offer(Messages.of(payload, 0), 2, false, null);
    }

    private static List<String> texts(List<Packet> packets) {
        return packets.stream().map(packet -> Messages.text((Publish) packet)).toList();
    }

    @Test
    void it_leaves_in_order_when_there_is_room_again_and_later_ones_behind_it() {
        Channel channel = open();
        outlet.writable = false;
        offer("1");
        offer("2");
        assertThat(outlet.take()).isEmpty();
        outlet.writable = true;
        offer("3");
        assertThat(outlet.take()).as("not past those that wait").isEmpty();

        channel.onWritable();
        offer("4");

        assertThat(texts(outlet.take())).containsExactly("1", "2", "3", "4");
        assertThat(session.hasRoom()).isTrue();
    }

    @Test
    void it_takes_half_of_the_queues_bytes_and_then_drops_the_newest() {
        int cost = Messages.of("0", 0).costBytes();
        host.queueBytes = 6L * cost;
        Channel channel = open();
        outlet.writable = false;

        for (int i = 0; i < 5; i++) {
            offer("" + i);
        }

        assertThat(host.dropped)
                .extracting(dropped -> new String(dropped.message().payload()))
                .containsExactly("3", "4");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsOnly(DropReason.QOS0_SLOW_RECEIVER);
        outlet.writable = true;
        channel.onWritable();
        assertThat(texts(outlet.take())).containsExactly("0", "1", "2");
        outlet.writable = false;
        offer("5");
        offer("6");
        offer("7");
        assertThat(host.dropped).as("its bytes were given back").hasSize(2);
    }

    @Test
    void it_ends_with_the_connection() {
        Channel channel = open();
        outlet.writable = false;
        offer("1");
        session.offer(Messages.of("2", 0), 2, false, lender);

        channel.lost();
        outlet.writable = true;
        outlet.closed = false;
        open();

        assertThat(outlet.take()).isEmpty();
        assertThat(host.dropped).hasSize(2);
        assertThat(settled[0]).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void what_grows_too_old_in_it_is_dropped() {
        Channel channel = open();
        outlet.writable = false;
        session.offer(Messages.expiring("1", 0, host.nowMillis + 5), 2, false, null);
        offer("2");
        host.nowMillis += 5;
        outlet.writable = true;

        channel.onWritable();

        assertThat(texts(outlet.take())).containsExactly("2");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.EXPIRED);
    }

    @Test
    void what_a_group_lent_is_settled_when_it_has_left_with_the_groups_identifiers() {
        Channel channel = open();
        outlet.writable = false;
        session.offer(Messages.of("1", 0), 2, false, lender);
        assertThat(settled[0]).isZero();
        outlet.writable = true;

        channel.onWritable();

        assertThat(outlet.message().properties().subscriptionIdentifiers()).containsExactly(5);
        assertThat(settled[0]).isEqualTo(1);
    }

    @Test
    void a_message_for_nobody_is_settled_at_once() {
        session.offer(Messages.of("1", 0), 2, false, lender);
        assertThat(settled[0]).as("without a connection").isEqualTo(1);
        Channel channel = open();
        channel.lost();
        session.end();

        assertThat(session.offer(Messages.of("2", 1), 2, false, lender)).as("after its end").isFalse();

        assertThat(settled[0]).isEqualTo(2);
        assertThat(session.outbox().isEmpty()).isTrue();
    }

    @Test
    void while_it_holds_something_others_wait() {
        Channel channel = open();
        assertThat(session.hasRoom()).isTrue();
        outlet.writable = false;
        offer("1");
        outlet.writable = true;
        assertThat(session.hasRoom()).isFalse();
        int before = host.roomy;

        channel.onWritable();

        assertThat(session.hasRoom()).isTrue();
        assertThat(host.roomy).as("who waits is told").isEqualTo(before + 1);
        channel.lost();
        assertThat(session.hasRoom()).isFalse();
    }

    @Test
    @Spec("MQTT-3.1.2-25")
    void what_is_too_large_is_dropped_and_settled() {
        host.open(outlet, Connects.v5().with(Property.MAXIMUM_PACKET_SIZE, 30).packet(), session);

        session.offer(Messages.of("x".repeat(100), 0), 2, false, lender);

        assertThat(outlet.take()).isEmpty();
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.TOO_LARGE);
        assertThat(settled[0]).isEqualTo(1);
    }
}
