package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.broker.route.HandoverLanes;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A shard that is too slow for its publishers: they rest, and nothing is lost.
class FullLaneTest {

    private static final int MORE_THAN_FITS = HandoverLanes.LANE_MESSAGES + 1000;

    private final House house = new House(3);
    private final PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("slow/#", 0);

    @AfterEach
    void close() {
        house.close();
    }

    private void turn(int shard) {
        house.loop(shard).tasks();
        house.loop(shard).turn();
    }

    /// More messages than the lane to shard 1 holds, while that shard stands still.
    private List<String> flood(PlainClient publisher) {
        List<String> sent = new ArrayList<>();
        List<Packet> packets = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_FITS; i++) {
            packets.add(PlainClient.message("slow/1", "" + i, 0, 0));
            sent.add("" + i);
            if (packets.size() == 100 || i == MORE_THAN_FITS - 1) {
                publisher.send(packets.toArray(Packet[]::new));
                packets.clear();
            }
        }
        turn(0);
        return sent;
    }

    @Test
    void its_publisher_rests_and_all_arrives_in_order() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<String> sent = flood(publisher);
        assertThat(publisher.connection.reading()).as("reads on").isFalse();

        house.advanceMillis(100);

        assertThat(publisher.connection.reading()).isTrue();
        assertThat(subscriber.payloads()).isEqualTo(sent);
    }

    @Test
    void others_of_the_publishers_shard_go_on() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        PlainClient other = house.connect(0, Hello.v5("o"));
        PlainClient elsewhere = house.connect(2, Hello.v5("e")).subscribed("fast", 0);
        flood(publisher);

        other.send(PlainClient.message("fast", "x", 1, 1), PingReq.INSTANCE);
        turn(0);
        turn(2);

        assertThat(elsewhere.deliveredWithoutRunning()).containsExactly("x");
        assertThat(other.connection.hasArrived()).isTrue();
        assertThat(other.connection.reading()).isTrue();
        house.advanceMillis(100);
        other.next(PubAck.class);
        other.next(PingResp.class);
        subscriber.received();
    }

    @Test
    void a_message_for_several_shards_reaches_those_that_have_room_at_once() {
        PlainClient fast = house.connect(2, Hello.v5("f")).subscribed("slow/both", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        flood(publisher);
        PlainClient second = house.connectOnly(0, Hello.v5("q"));

        second.publish("slow/both", "x");
        turn(0);
        turn(2);

        assertThat(fast.deliveredWithoutRunning()).containsExactly("x");
        assertThat(second.connection.reading()).as("it rests as well").isFalse();
        house.advanceMillis(100);
        assertThat(second.connection.reading()).isTrue();
        List<Publish> messages = subscriber.messages();
        assertThat(messages).hasSize(MORE_THAN_FITS + 1);
        assertThat(messages).filteredOn(message -> message.topic().value().equals("slow/both")).hasSize(1);
    }

    @Test
    void its_publisher_is_not_closed_for_the_silence_that_we_cause() {
        PlainClient publisher = house.connect(0, Hello.v5("p").keepAliveSeconds(1));
        flood(publisher);

        for (int i = 0; i < 100; i++) {
            house.nowMillis += 100;
            turn(0);
        }

        assertThat(publisher.connection.isOpen()).isTrue();
        house.advanceMillis(100);
        assertThat(subscriber.payloads()).hasSize(MORE_THAN_FITS);
        house.advanceMillis(1600);
        assertThat(publisher.isClosed()).as("from then on it counts again").isTrue();
    }

    @Test
    void a_publisher_that_leaves_while_it_rests_leaves_what_it_sent() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        flood(publisher);
        publisher.connection.lose();
        turn(0);

        house.advanceMillis(100);

        assertThat(subscriber.payloads()).hasSize(HandoverLanes.LANE_MESSAGES + 1);
        assertThat(house.broker.sessions()).isEqualTo(1);
    }

    @Test
    void a_publisher_that_is_closed_while_it_rests_is_not_read_again() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        flood(publisher);
        publisher.connection.stuck(true);
        PlainClient successor = house.connectOnly(0, Hello.v5("p"));
        assertThat(publisher.connection.isOpen()).isFalse();

        house.advanceMillis(100);

        assertThat(subscriber.payloads()).hasSize(HandoverLanes.LANE_MESSAGES + 1);
        assertThat(publisher.connection.reading()).isFalse();
        assertThat(successor.isClosed()).isFalse();
    }

    @Test
    void wills_wait_for_room() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        PlainClient dying = house.connect(0, Hello.v5("d").will("slow/will", "gone"));
        flood(publisher);
        dying.connection.lose();
        turn(0);
        turn(0);

        house.advanceMillis(100);

        assertThat(subscriber.payloads()).hasSize(MORE_THAN_FITS + 1).contains("gone");
    }

    @Test
    void answers_at_qos_1_come_for_each_message_in_order() {
        PlainClient durable = house.connect(1, Hello.durable("d")).subscribed("slow/#", 1).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v311("p"));
        List<Integer> sent = new ArrayList<>();
        for (int i = 1; i <= MORE_THAN_FITS; i++) {
            publisher.publish("slow/1", "" + i, 1, i);
            sent.add(i);
        }

        List<Integer> answered = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            house.advanceMillis(5);
            publisher.received().forEach(packet -> answered.add(((PubAck) packet).packetId()));
        }

        assertThat(answered).isEqualTo(sent);
        assertThat(durable.payloads()).hasSize(MORE_THAN_FITS);
        assertThat(subscriber.payloads()).hasSize(MORE_THAN_FITS);
        assertThat(publisher.connAck.properties().has(Property.RECEIVE_MAXIMUM)).isFalse();
    }

    /// The disk of the receiver's shard is behind, not its thread.
    @Test
    void a_publisher_rests_for_the_journal_of_another_shard() {
        house.connect(1, Hello.durable("absent")).subscribed("kept", 1).lose();
        PlainClient[] publishers = new PlainClient[6];
        for (int i = 0; i < publishers.length; i++) {
            publishers[i] = house.connect(0, Hello.v5("p" + i));
        }
        house.store.stagedBytesOf[1] = Integer.MAX_VALUE;
        for (PlainClient each : publishers) {
            for (int i = 1; i <= 1000; i++) {
                each.send(PlainClient.message("kept", "" + i, 1, i));
            }
            house.run();
        }

        assertThat(house.store.records(1)).noneMatch(each -> each.startsWith("queued "));
        assertThat(publishers[5].connection.reading()).as("reads on").isFalse();

        house.store.stagedBytesOf[1] = 0;
        house.loop(1).wake();
        house.advanceMillis(100);

        for (PlainClient each : publishers) {
            assertThat(each.received()).hasSize(1000).allMatch(PubAck.class::isInstance);
            assertThat(each.connection.reading()).isTrue();
        }
        assertThat(house.store.records(1)).filteredOn(each -> each.startsWith("queued ")).hasSize(6000);
    }

    @Test
    void wills_wait_for_the_journal() {
        house.connect(0, Hello.durable("absent")).subscribed("will/#", 1).lose();
        PlainClient[] clients = new PlainClient[100];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = house.connect(0, Hello.v5("c" + i).will("will/" + i, "gone"));
        }
        house.store.stagedBytesOf[0] = Integer.MAX_VALUE;
        for (PlainClient each : clients) {
            each.connection.lose();
        }
        house.run();
        assertThat(house.store.records(0)).noneMatch(each -> each.startsWith("queued "));

        house.store.stagedBytesOf[0] = 0;
        house.loop(0).wake();
        house.run();

        assertThat(house.store.records(0)).filteredOn(each -> each.startsWith("queued ")).hasSize(100);
    }
}
