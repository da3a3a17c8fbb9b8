package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.QueueReport;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import org.junit.jupiter.api.Test;

/// What a broker knows of queues that are nearly full, and of what they have dropped.
class QueueWatchTest {

    private static final int LIMIT = 100;

    private static House house() {
        return new House(2, Options.DEFAULTS.with(BrokerOptions.QUEUE_MESSAGES, LIMIT));
    }

    private static QueueReport report(House house) {
        house.broker.queues(); // The shards look for the next one.
        house.run();
        return house.broker.queues();
    }

    private static void fill(PlainClient publisher, int count) {
        fill(publisher, "q", count);
    }

    private static void fill(PlainClient publisher, String topic, int count) {
        for (int i = 1; i <= count; i++) {
            publisher.publish(topic, "" + i, 1, i);
            publisher.next(PubAck.class);
        }
    }

    @Test
    void a_queue_is_high_from_80_percent_until_60_and_the_fullest_is_named() {
        try (House house = house()) {
            PlainClient sleeper = house.connect(0, Hello.durable("sleeper")).subscribed("q", 1);
            house.connect(1, Hello.durable("other")).subscribed("none", 1).lose();
            sleeper.lose();
            PlainClient publisher = house.connect(1, Hello.v5("p"));
            fill(publisher, 80);
            assertThat(report(house).highQueues()).isZero();

            fill(publisher, 5);

            QueueReport high = report(house);
            assertThat(high.highQueues()).isEqualTo(1);
            assertThat(high.fullest()).isEqualTo("sleeper");
            assertThat(high.fullestPart()).isEqualTo(0.85);
            assertThat(high.acknowledgedDropped()).isZero();

            PlainClient back = house.connect(0, Hello.durable("sleeper").with(Property.RECEIVE_MAXIMUM, 1));
            settle(back, 15);
            assertThat(report(house).highQueues()).isEqualTo(1);
            settle(back, 70);
            assertThat(report(house).highQueues()).isZero();
            assertThat(report(house).fullest()).isNull();
            back.lose();
            fill(publisher, 81);
            assertThat(report(house).highQueues()).isEqualTo(1);
        }
    }

    /// Acknowledges some, and waits for no more.
    private static void settle(PlainClient client, int count) {
        for (int i = 0; i < count; i++) {
            client.puback(client.next(Publish.class).packetId());
        }
    }

    @Test
    void what_a_durable_sessions_queue_drops_counts_as_acknowledged_and_what_another_drops_does_not() {
        try (House house = house()) {
            PlainClient passing = house.connect(0, Hello.v5("passing").with(Property.RECEIVE_MAXIMUM, 1));
            passing.subscribed("q", 1);
            PlainClient publisher = house.connect(1, Hello.v5("p"));
            fill(publisher, LIMIT + 5);
            assertThat(report(house).acknowledgedDropped()).isZero();
            passing.lose();

            house.connect(0, Hello.durable("sleeper")).subscribed("q", 1).lose();
            fill(publisher, LIMIT + 5);

            QueueReport report = report(house);
            assertThat(report.acknowledgedDropped()).isEqualTo(5);
            assertThat(report.lastReason()).isEqualTo("queue_full");
            assertThat(report.lastOwner()).isEqualTo("sleeper");
            assertThat(report.fullestPart()).isEqualTo(1);
        }
    }

    @Test
    void whose_queue_has_dropped_last_is_named_on_whatever_shard_it_is() {
        try (House house = house()) {
            for (int shard = 0; shard < 2; shard++) {
                house.connect(shard, Hello.durable("sleeper" + shard)).subscribed("q" + shard, 1).lose();
            }
            PlainClient publisher = house.connect(1, Hello.v5("p"));
            fill(publisher, "q0", LIMIT);
            fill(publisher, "q1", LIMIT);
            for (int i = 0; i < 6; i++) {
                house.advanceMillis(10);
                fill(publisher, "q" + i % 2, 1);
                assertThat(report(house).lastOwner()).isEqualTo("sleeper" + i % 2);
            }
        }
    }

    @Test
    void a_shared_groups_queue_is_watched_likewise() {
        try (House house = new House(2, Options.DEFAULTS.with(BrokerOptions.QUEUE_DISK_BYTES, 64 * 1024L))) {
            house.connect(0, Hello.durable("member")).subscribed("$share/g/q", 1).lose();
            PlainClient publisher = house.connect(1, Hello.v5("p"));
            for (int i = 1; i <= 55; i++) {
                publisher.publish("q", "x".repeat(1000), 1, i);
                publisher.next(PubAck.class);
            }

            QueueReport report = report(house);

            assertThat(report.highQueues()).isEqualTo(1);
            assertThat(report.fullest()).isEqualTo("$share/g/q");
            assertThat(report.fullestPart()).isBetween(0.8, 1.0);
            assertThat(report.memoryPart()).isBetween(0.0, 0.1);
        }
    }
}
