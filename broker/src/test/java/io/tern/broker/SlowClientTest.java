package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Connection;
import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.time.TimerWheel;
import io.tern.engine.queue.DropReason;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A client that reads more slowly than it is written to, or not at all: its own queue takes what it can, and nobody
/// else waits.
class SlowClientTest {

    private static final int QUEUE_BYTES = 64 * 1024;
    private static final String KIB = "x".repeat(1024);

    private final House house = new House(
            2, Options.builder().with(BrokerOptions.QUEUE_BYTES, (long) QUEUE_BYTES).build());

    @AfterEach
    void close() {
        house.close();
    }

    private static String numbered(int i) {
        return "%06d".formatted(i) + KIB;
    }

    private static List<Integer> numbers(List<Publish> messages) {
        return messages.stream()
                .map(message -> Integer.parseInt(PlainClient.text(message).substring(0, 6)))
                .toList();
    }

    @Test
    void at_qos_0_the_newest_are_dropped_and_nobody_waits() {
        PlainClient slow = house.connect(1, Hello.v5("slow")).subscribed("a", 0);
        PlainClient quick = house.connect(1, Hello.v5("quick")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        slow.connection.stuck(true);

        for (int i = 0; i < 1000; i++) {
            publisher.publish("a", numbered(i));
        }

        assertThat(quick.messages()).hasSize(1000);
        long dropped = house.dropped(DropReason.QOS0_SLOW_RECEIVER);
        slow.connection.stuck(false);
        List<Integer> got = numbers(slow.messages());
        assertThat(got).hasSize((int) (1000 - dropped));
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i)).as("no gap before the end").isEqualTo(i);
        }
        int frameBytes = numbered(0).length() + 7;
        int written = Connection.HIGH_WATER_BYTES / frameBytes;
        assertThat(got.size()).isBetween(written, written + QUEUE_BYTES / 2 / frameBytes + 1);
    }

    @Test
    void at_qos_0_it_gets_everything_again_once_it_reads() {
        PlainClient slow = house.connect(1, Hello.v5("slow")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        slow.connection.stuck(true);
        for (int i = 0; i < 1000; i++) {
            publisher.publish("a", numbered(i));
        }
        house.run();
        slow.connection.stuck(false);
        slow.received();

        publisher.publish("a", "again");

        assertThat(slow.payloads()).containsExactly("again");
    }

    @Test
    void at_qos_1_the_oldest_not_sent_are_dropped_and_what_was_sent_stays() {
        PlainClient slow = house.connect(1, Hello.v5("slow").with(Property.RECEIVE_MAXIMUM, 3)).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p")).acknowledge();

        for (int i = 0; i < 500; i++) {
            publisher.publish("a", numbered(i), 1, i + 1);
        }

        assertThat(publisher.received()).as("nobody waits for it").hasSize(500);
        List<Publish> first = slow.messages();
        assertThat(numbers(first)).containsExactly(0, 1, 2);
        int dropped = (int) house.dropped(DropReason.QUEUE_FULL);
        assertThat(dropped).isBetween(400, 499);
        first.forEach(message -> slow.puback(message.packetId()));
        List<Integer> rest = numbers(slow.acknowledge().messages());
        assertThat(rest).hasSize(497 - dropped);
        for (int i = 0; i < rest.size(); i++) {
            assertThat(rest.get(i)).isEqualTo(3 + dropped + i);
        }
    }

    @Test
    void at_qos_1_it_is_written_to_no_further_than_the_high_water_mark() {
        PlainClient slow = house.connect(1, Hello.v5("slow")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        slow.connection.stuck(true);

        for (int i = 0; i < 400; i++) {
            publisher.publish("a", numbered(i) + KIB, 1, i + 1);
        }
        house.run();

        assertThat(slow.connection.pendingBytes())
                .isBetween(QUEUE_BYTES / 2, Connection.HIGH_WATER_BYTES + 4096);
        slow.connection.stuck(false);
        assertThat(slow.acknowledge().messages()).isNotEmpty();
    }

    @Test
    @Spec({"MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2"})
    void it_never_has_more_unanswered_than_its_receive_maximum() {
        PlainClient client = house.connect(1, Hello.v5("c").with(Property.RECEIVE_MAXIMUM, 2)).subscribed("a", 2);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.published("a", "1", 1);
        publisher.publish("a", "2", 2, 2);
        publisher.published2(2);
        publisher.publish("a", "3", 2, 3);
        publisher.published2(3);
        publisher.published("a", "4", 4);

        List<Publish> messages = client.messages();
        assertThat(messages).extracting(PlainClient::text).containsExactly("1", "2");
        client.pubrec(messages.get(1).packetId());
        client.next(io.tern.wire.PubRel.class);
        client.nothing();
        client.pubcomp(messages.get(1).packetId());
        assertThat(client.payloads()).containsExactly("3");
        client.puback(messages.get(0).packetId());
        assertThat(client.payloads()).containsExactly("4");
    }

    @Test
    @Spec({"MQTT-3.3.4-10", "MQTT-4.9.0-3"})
    void other_packets_leave_while_its_window_is_full() {
        PlainClient client = house.connect(1, Hello.v5("c").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.published("a", "1", 1);
        publisher.published("a", "2", 2);
        client.next(Publish.class);

        client.subscribed("b", 0);
        assertThat(client.published("nobody", "x", 9)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        publisher.publish("b", "at QoS 0");

        assertThat(client.payloads()).containsExactly("at QoS 0");
    }

    @Test
    @Spec({"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void what_is_larger_than_it_takes_is_left_out_as_if_it_were_done() {
        PlainClient client = house.connect(1, Hello.v5("c").with(Property.MAXIMUM_PACKET_SIZE, 200)).subscribed("a", 1);
        PlainClient other = house.connect(1, Hello.v5("o")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.published("a", KIB, 1);
        publisher.published("a", "small", 2);

        assertThat(client.payloads()).containsExactly("small");
        assertThat(other.payloads()).containsExactly(KIB, "small");
        assertThat(house.dropped(DropReason.TOO_LARGE)).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void what_is_too_old_when_its_turn_comes_is_left_out() {
        PlainClient client = house.connect(1, Hello.v5("c").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.published("a", "1", 1);
        var expiry = io.tern.wire.Properties.builder()
                .with(Property.MESSAGE_EXPIRY_INTERVAL, 5)
                .build();
        var topic = io.tern.wire.TopicName.of("a");
        publisher.send(new Publish(false, 1, false, topic, 2, expiry, new byte[] {'2'}));
        publisher.next(PubAck.class);
        publisher.published("a", "3", 3);
        Publish first = client.next(Publish.class);
        house.advanceSeconds(6);

        client.puback(first.packetId());

        assertThat(client.payloads()).containsExactly("3");
        assertThat(house.dropped(DropReason.EXPIRED)).isEqualTo(1);
    }

    @Test
    void acknowledgements_reach_a_client_that_does_not_read_its_messages_yet() {
        PlainClient slow = house.connect(1, Hello.v5("slow")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        slow.connection.stuck(true);
        for (int i = 0; i < 400; i++) {
            publisher.publish("a", numbered(i));
        }
        house.run();
        slow.send(new io.tern.wire.Subscribe(7, io.tern.wire.Properties.NONE,
                List.of(new io.tern.wire.Subscribe.Item(io.tern.wire.TopicFilter.of("b"), 0))));
        house.run();

        slow.connection.stuck(false);

        assertThat(slow.received()).anyMatch(SubAck.class::isInstance);
    }

    @Test
    void who_reads_no_answers_is_not_heard_until_it_does() {
        PlainClient client = house.connect(1, Hello.v5("c"));
        client.connection.stuck(true);

        PingReq[] many = pings(10_000);
        for (int i = 0; i < 40; i++) {
            client.send(many);
        }
        house.run();

        assertThat(client.connection.pendingBytes()).isBetween(Connection.HIGH_WATER_BYTES, 350 * 1024);
        assertThat(client.connection.reading()).isFalse();
        client.connection.stuck(false);
        assertThat(client.received()).hasSize(400_000).hasOnlyElementsOfType(PingResp.class);
        assertThat(client.connection.reading()).isTrue();
    }

    @Test
    @Spec("MQTT-3.1.2-22")
    void who_reads_no_answers_is_closed_when_its_keep_alive_is_over() {
        PlainClient client = house.connect(1, Hello.v5("c").keepAliveSeconds(10));
        client.connection.stuck(true);
        for (int i = 0; i < 40; i++) {
            client.send(pings(10_000));
        }
        house.advanceMillis(14_999);
        assertThat(client.connection.isOpen()).isTrue();

        house.advanceMillis(1 + TimerWheel.TICK_MILLIS);

        assertThat(client.connection.isOpen()).isFalse();
    }

    @Test
    void who_reads_slowly_is_heard_all_the_time() {
        PlainClient client = house.connect(1, Hello.v5("c")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        client.connection.stuck(true);
        for (int i = 0; i < 1000; i++) {
            publisher.publish("a", numbered(i));
        }
        house.run();

        client.send(pings(1000));
        house.run();

        assertThat(client.connection.reading()).isTrue();
        client.connection.stuck(false);
        assertThat(client.received()).filteredOn(PingResp.class::isInstance).hasSize(1000);
    }

    private static PingReq[] pings(int count) {
        PingReq[] pings = new PingReq[count];
        Arrays.fill(pings, PingReq.INSTANCE);
        return pings;
    }
}
