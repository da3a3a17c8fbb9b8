package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Recovered;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Disconnect;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What an operator can set for topics: how safe their messages are, and what happens when a queue is full.
class TopicRulesTest {

    private static final Options OPTIONS = Options.DEFAULTS
            .with(BrokerOptions.QUEUE_BYTES, 64L * 1024)
            .with(BrokerOptions.QUEUE_DISK_BYTES, 64L * 1024)
            .with(BrokerOptions.DURABILITY_BY_TOPIC, "fast/#=none, command/+=sync, #=os")
            .with(
                    BrokerOptions.WHEN_FULL_BY_TOPIC,
                    "state/#=latest_per_topic, alarm/# = drop_newest, ordered/#=disconnect");

    private final House house = new House(2, OPTIONS);
    private final PlainClient publisher = house.connect(0, Hello.v5("p"));

    @AfterEach
    void close() {
        house.close();
    }

    private void subscribeAndLeave(String filter) {
        house.connect(1, Hello.durable("s")).subscribed(filter, 1).lose();
    }

    private void publish(String topic, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(publisher.published(topic, i + " " + "x".repeat(1000), 1)).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    private int[] received() {
        return house.connect(1, Hello.durable("s")).acknowledge().payloads().stream()
                .mapToInt(text -> Integer.parseInt(text.split(" ")[0]))
                .toArray();
    }

    @Test
    void the_latest_of_each_topic_takes_the_place_of_the_one_before_however_much_room_there_is() {
        subscribeAndLeave("state/#");

        publish("state/a", 5);
        publish("state/b", 3);
        publish("state/a", 1);

        assertThat(received()).containsExactly(2, 0);
        assertThat(house.dropped(DropReason.SUPERSEDED)).isEqualTo(4 + 2 + 1);
    }

    private static Message message(String topic, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return new Message(TopicName.of(topic), bytes, 1, false, Properties.NONE, "p", Message.NEVER);
    }

    @Test
    void what_is_read_back_from_the_disk_is_handled_by_its_topic_again() {
        try (House after = new House(1, OPTIONS, (store, into) -> {
            into.session(7, "s", null, 1000, null, Recovered.CONNECTED, 0);
            into.queue(7, 0, 2, 2, 2000);
            into.subscription(7, "state/#", 1, 0);
        })) {
            after.connect(0, Hello.v5("p")).published("state/a", "new", 1);
            PlainClient back = after.connect(0, Hello.durable("s")).acknowledge();
            after.store.readers.getFirst().accept(new Store.Reading(
                    List.of(
                            new Stored(0, message("state/a", "old"), 1, false, null),
                            new Stored(1, message("state/b", "other"), 1, false, null)),
                    2));

            assertThat(after.store.readings).hasSize(1);
            assertThat(back.payloads()).containsExactly("other");
            assertThat(after.dropped(DropReason.SUPERSEDED)).isEqualTo(1);
        }
    }

    @Test
    void the_first_stay_where_the_newest_are_dropped() {
        subscribeAndLeave("alarm/#");

        publish("alarm/a", 200);

        int[] got = received();
        assertThat(got).hasSizeBetween(20, 80).isEqualTo(IntStream.range(0, got.length).toArray());
        assertThat(house.dropped(DropReason.QUEUE_FULL)).isEqualTo(200 - got.length);
    }

    @Test
    void who_takes_too_little_is_sent_away() {
        PlainClient slow = house.connect(1, Hello.durable("s")).subscribed("ordered/#", 1);

        publish("ordered/a", 400);

        List<Packet> received = slow.received();
        assertThat(received.getFirst()).isInstanceOf(Publish.class);
        assertThat(((Disconnect) received.getLast()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }

    @Test
    void in_memory_nothing_waits_for_the_disk_and_nothing_is_written() {
        subscribeAndLeave("fast/#");
        int records = house.store.records(1).size();
        house.store.hold();

        publish("fast/a", 3);

        assertThat(house.store.records(1)).hasSize(records);
    }

    @Test
    void other_messages_wait_as_long_as_was_set_for_them() {
        subscribeAndLeave("#");
        house.store.hold();
        publisher.publish("command/a", "x", 1, 1);
        publisher.nothing();
        house.store.write();
        publisher.nothing();
        PlainClient other = house.connect(0, Hello.v5("q"));
        other.publish("telemetry", "x", 1, 2);
        other.nothing();

        house.store.write();

        assertThat(other.next(PubAck.class).packetId()).isEqualTo(2);
        publisher.nothing();
        house.store.release();
        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(1);
    }

    @Test
    void what_can_not_be_read_is_named() {
        Options wrong = Options.DEFAULTS.with(BrokerOptions.DURABILITY_BY_TOPIC, "a/#=sync, b/#=quickly");

        assertThatThrownBy(() -> new House(1, wrong))
                .hasMessageContaining("durability_by_topic")
                .hasMessageContaining("'b/#=quickly'")
                .hasMessageContaining("sync, os, none");
    }
}
