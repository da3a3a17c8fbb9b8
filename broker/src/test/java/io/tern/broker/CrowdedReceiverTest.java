package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Packet;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Topics that are slow: publishers get their answers later while a receiver that reads has fallen behind.
class CrowdedReceiverTest {

    private static final int QUEUE_MESSAGES = 40;
    private static final int STEP_MILLIS = 10;
    private static final int HOLD_MILLIS = 250;

    private House house = house("#=slow");

    private static House house(String rules) {
        return new House(2, options(rules));
    }

    private static Options options(String rules) {
        return Options.DEFAULTS
                .with(BrokerOptions.QUEUE_MESSAGES, QUEUE_MESSAGES)
                .with(BrokerOptions.WHEN_FULL_BY_TOPIC, rules);
    }

    @AfterEach
    void close() {
        house.close();
    }

    /// Publishes as fast as it is answered, with so many unanswered at once.
    private final class Source {
        private final PlainClient client;
        private final int window;
        private final int qos;
        private final int topics;
        private final Set<Integer> unanswered = new HashSet<>();
        int sent;

        Source(String name, int window, int qos, int topics) {
            this.client = house.connect(0, Hello.v5(name));
            this.window = window;
            this.qos = qos;
            this.topics = topics;
        }

        void goOn() {
            for (Packet packet : client.received()) {
                switch (packet) {
                    case PubAck ack -> unanswered.remove(ack.packetId());
                    case PubRec received -> client.pubrel(received.packetId());
                    case PubComp complete -> unanswered.remove(complete.packetId());
                    default -> throw new AssertionError(packet);
                }
            }
            while (unanswered.size() < window) {
                int id = sent + 1;
                unanswered.add(id);
                client.publish("t/" + sent % topics, "" + sent++, qos, id);
            }
            house.run();
        }
    }

    /// Answers one message at a time.
    private PlainClient drip(String name, int qos) {
        return reader(name, qos, 1);
    }

    /// Answers so many messages at a time.
    private PlainClient reader(String name, int qos, int most) {
        return house.connect(1, Hello.v5(name).with(Property.RECEIVE_MAXIMUM, most)).subscribed("#", qos);
    }

    private void run(Source source, List<String> got, PlainClient reader, int steps) {
        for (int i = 0; i < steps; i++) {
            source.goOn();
            for (var message : reader.messages()) {
                got.add(PlainClient.text(message));
                reader.puback(message.packetId());
            }
            house.advanceMillis(STEP_MILLIS);
        }
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private long held() {
        return house.broker.count(Counters.Event.ACKS_HELD);
    }

    @Test
    void who_reads_slowly_loses_nothing_where_publishers_are_slowed() {
        List<String> got = new ArrayList<>();
        PlainClient reader = drip("r", 1);
        Source source = new Source("p", 10, 1, 1);

        run(source, got, reader, 2000);

        assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
        assertThat(got).hasSizeGreaterThan(1900).isEqualTo(numbers(got.size()));
        assertThat(held()).isPositive();
        assertThat(house.broker.count(Counters.Event.ACKS_HELD_IN_VAIN)).isZero();
        reader.acknowledge().payloads();
        house.advanceSeconds(1);
        assertThat(house.broker.crowdedFilters().size()).as("filters marked when all has been read").isZero();
    }

    @Test
    void without_that_the_oldest_go() {
        house = house("u/#=slow");

        run(new Source("p", 10, 1, 1), new ArrayList<>(), drip("r", 1), 2000);

        assertThat(house.dropped(DropReason.QUEUE_FULL)).isPositive();
        assertThat(held()).isZero();
    }

    @Test
    void nobody_is_held_where_that_is_set_to_no_time() {
        house = new House(2, options("#=slow").with(BrokerOptions.HOLD_ACK, Duration.ZERO));

        run(new Source("p", 10, 1, 1), new ArrayList<>(), drip("r", 1), 500);

        assertThat(house.dropped(DropReason.QUEUE_FULL)).isPositive();
        assertThat(held()).isZero();
    }

    @Test
    void a_bridge_of_a_thousand_topics_is_slowed_as_a_whole() {
        house = new House(2, options("#=slow").with(BrokerOptions.QUEUE_MESSAGES, 90));
        List<String> got = new ArrayList<>();
        PlainClient reader = reader("r", 1, 4);

        run(new Source("bridge", 20, 1, 1000), got, reader, 1000);

        assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
        assertThat(got).hasSizeGreaterThan(3500).isEqualTo(numbers(got.size()));
        assertThat(held()).isPositive();
    }

    @Test
    void a_group_whose_members_are_slow_loses_nothing_either() {
        List<String> got = new ArrayList<>();
        PlainClient member = house.connect(1, Hello.v5("m").with(Property.RECEIVE_MAXIMUM, 1))
                .subscribed("$share/g/#", 1);

        run(new Source("p", 10, 1, 1), got, member, 1000);

        assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
        assertThat(got).hasSizeGreaterThan(900).isEqualTo(numbers(got.size()));
        assertThat(held()).isPositive();
    }

    @Test
    void nobody_waits_for_himself() {
        PlainClient client = drip("self", 1);
        for (int i = 0; i < QUEUE_MESSAGES; i++) {
            client.publish("echo", "" + i, 1, i + 1);
        }

        assertThat(client.received()).filteredOn(PubAck.class::isInstance).hasSize(QUEUE_MESSAGES);
        assertThat(held()).isZero();
    }

    @Test
    void nobody_waits_for_who_is_away() {
        house.connect(1, Hello.durable("away")).subscribed("#", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        for (int i = 0; i < 2 * QUEUE_MESSAGES; i++) {
            assertThat(publisher.published("a", "" + i, i + 1)).isEqualTo(ReasonCode.SUCCESS);
        }

        assertThat(held()).isZero();
    }

    /// Two who publish to each other and answer nothing before they are answered.
    @Test
    void who_answers_nothing_any_more_is_waited_for_a_little_and_then_left_alone() {
        List<String> got = new ArrayList<>();
        PlainClient reader = drip("r", 1);
        Source source = new Source("p", 10, 1, 1);
        run(source, got, reader, 200);

        int before = source.sent;
        for (int i = 0; i < 5 * HOLD_MILLIS / STEP_MILLIS; i++) {
            source.goOn();
            house.advanceMillis(STEP_MILLIS);
        }
        int sent = source.sent;
        source.goOn();

        assertThat(sent - before).as("goes on without it").isGreaterThan(20);
        assertThat(source.sent - sent).as("answered at once").isEqualTo(10);
        assertThat(house.dropped(DropReason.QUEUE_FULL)).isPositive();
    }

    @Test
    void two_who_wait_for_each_other_go_on() {
        PlainClient a = house.connect(0, Hello.v5("a").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("to/a", 1);
        PlainClient b = house.connect(1, Hello.v5("b").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("to/b", 1);
        long start = house.nowMillis;
        int answered = 0;
        for (int i = 0; i < 3 * QUEUE_MESSAGES; i++) {
            a.publish("to/b", "" + i, 1, i + 1);
            b.publish("to/a", "" + i, 1, i + 1);
            while (answered < 2 * (i + 1)) {
                answered += acks(a) + acks(b);
                if (answered < 2 * (i + 1)) {
                    house.advanceMillis(STEP_MILLIS);
                }
            }
        }

        assertThat(house.nowMillis - start).isLessThan(10L * HOLD_MILLIS);
    }

    private static int acks(PlainClient client) {
        return (int) client.received().stream().filter(PubAck.class::isInstance).count();
    }

    @Test
    void at_qos_2_one_is_slow_and_nine_are_quick() {
        PlainClient slow = drip("slow", 1);
        List<PlainClient> quick = IntStream.range(0, 9)
                .mapToObj(i -> house.connect(i % 2, Hello.v5("q" + i)).subscribed("#", 2).acknowledge())
                .toList();
        Source source = new Source("p", 10, 2, 1);
        List<String> got = new ArrayList<>();
        int[] gotQuick = new int[9];
        for (int i = 0; i < 1000; i++) {
            source.goOn();
            for (int q = 0; q < 9; q++) {
                gotQuick[q] += quick.get(q).messages().size();
                assertThat(gotQuick[q]).as("the quick get everything at once").isEqualTo(source.sent);
            }
            for (var message : slow.messages()) {
                got.add(PlainClient.text(message));
                slow.puback(message.packetId());
            }
            house.advanceMillis(STEP_MILLIS);
        }

        assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
        assertThat(got).hasSizeGreaterThan(900).isEqualTo(numbers(got.size()));
        assertThat(held()).isPositive();
    }

    @Test
    void what_has_to_be_safe_is_so_while_the_answer_is_held() {
        house.connect(1, Hello.durable("d")).subscribed("#", 1).lose();
        List<String> got = new ArrayList<>();
        PlainClient reader = drip("r", 1);
        Source source = new Source("p", 10, 1, 1);

        run(source, got, reader, 100);

        assertThat(source.unanswered).isNotEmpty();
        assertThat(house.store.records(1)).contains("queued d " + (source.sent - 1));
    }
}
