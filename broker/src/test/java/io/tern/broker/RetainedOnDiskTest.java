package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.RetainedId;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Retained messages for which there is no room in memory: they come from the store.
class RetainedOnDiskTest {

    private static final int MANY = 1000;
    private static final int READ_MESSAGES = 64;
    private static final int READS_UNDER_WAY = 16;
    private static final int READS_POSTPONED = 256;

    private House house = new House(2, budget(1));

    @AfterEach
    void close() {
        house.close();
    }

    private static Options budget(long bytes) {
        return Options.builder().with(BrokerOptions.RETAINED_MEMORY_BYTES, bytes).build();
    }

    private PlainClient publisher() {
        return house.connect(0, Hello.v5("p"));
    }

    private List<String> retainMany(int count) {
        PlainClient publisher = publisher();
        for (int i = 0; i < count; i++) {
            publisher.send(PlainClient.retained("m/" + i, "" + i, 1, i + 1));
        }
        house.run();
        publisher.disconnect();
        return IntStream.range(0, count).mapToObj(i -> "" + i).toList();
    }

    private static Subscribe subscribe(String filter, int qos) {
        return new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), qos)));
    }

    @Test
    @Spec("MQTT-3.3.1-9")
    void all_come_a_few_at_a_time() {
        List<String> all = retainMany(MANY);
        assertThat(house.broker.retainedStubs()).isEqualTo(MANY);
        assertThat(house.broker.retainedMemoryBytes()).isZero();

        List<Publish> messages = house.connect(1, Hello.v5("s")).subscribed("#", 0).messages();

        assertThat(messages).extracting(PlainClient::text).containsExactlyInAnyOrderElementsOf(all);
        assertThat(messages).extracting(Publish::retain).containsOnly(true);
        assertThat(house.store.retainedReads).allMatch(count -> count <= READ_MESSAGES);
        assertThat(house.broker.count(Counters.Event.RETAINED_READ)).isEqualTo(MANY);
    }

    @Test
    void those_set_first_are_let_go_of() {
        house = new House(2, budget(10 * 1000));
        PlainClient publisher = publisher();
        for (int i = 0; i < 20; i++) {
            publisher.retain("m/" + i, "x".repeat(900));
        }
        house.run();
        assertThat(house.broker.retainedStubs()).isBetween(10L, 11L);
        assertThat(house.broker.retainedMemoryBytes()).isBetween(8_000L, 10_000L);
        publisher.retain("m/0", "new");

        assertThat(house.connect(1, Hello.v5("s")).subscribed("#", 0).payloads()).hasSize(20).contains("new");
        assertThat(house.broker.count(Counters.Event.RETAINED_READ)).isEqualTo(house.broker.retainedStubs());
    }

    @Test
    void what_is_not_safe_yet_stays_in_memory() {
        PlainClient publisher = publisher();
        house.store.hold();
        publisher.retain("a", "x");
        house.run();
        assertThat(house.broker.retainedStubs()).isZero();

        house.store.release();
        house.run();

        assertThat(house.broker.retainedStubs()).isEqualTo(1);
        assertThat(house.connect(1, Hello.v5("s")).subscribed("a", 0).payloads()).containsExactly("x");
    }

    @Test
    void without_a_store_all_stay_in_memory() {
        house.store.keeps = false;
        retainMany(10);

        assertThat(house.broker.retainedStubs()).isZero();
        assertThat(house.connect(1, Hello.v5("s")).subscribed("#", 0).payloads()).hasSize(10);
    }

    @Test
    void what_is_gone_takes_nothing() {
        PlainClient publisher = publisher();
        house.run();
        long before = house.broker.heldBytes();
        for (int i = 0; i < 10; i++) {
            publisher.retain("m/" + i, "x".repeat(i));
            publisher.retain("m/" + i, "y".repeat(100));
        }
        house.run();
        for (int i = 0; i < 10; i++) {
            publisher.retain("m/" + i, "");
        }
        house.run();

        assertThat(house.broker.heldBytes()).isEqualTo(before);
        assertThat(house.broker.retainedStubs()).isZero();
        assertThat(house.broker.retainedMessages()).isZero();
    }

    @Test
    @Spec("MQTT-3.3.1-5")
    void one_that_is_replaced_while_it_is_read_does_not_come_after_its_successor() {
        PlainClient publisher = publisher();
        publisher.retain("a", "old");
        publisher.retain("b", "kept");
        publisher.retain("c", "cleared");
        house.store.readsHeld = true;
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("#", 0);

        publisher.retain("a", "new");
        publisher.retain("c", "");
        house.run();
        house.store.answerReads();

        assertThat(subscriber.payloads()).containsExactly("new", "", "kept");
    }

    @Test
    @Spec("MQTT-3.10.4-2")
    void nothing_comes_after_an_unsubscribe_while_they_are_read() {
        retainMany(MANY);
        house.store.readsHeld = true;
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("#", 0);

        subscriber.unsubscribed("#");
        house.store.answerReads();

        subscriber.nothing();
    }

    @Test
    void a_subscription_made_anew_while_they_are_read_gets_each_once() {
        List<String> all = retainMany(MANY);
        house.store.readsHeld = true;
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("#", 0);
        subscriber.unsubscribed("#");
        subscriber.subscribed("#", 0);

        house.store.answerReads();

        assertThat(subscriber.payloads()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void a_session_that_leaves_while_they_are_read_gets_them_when_it_is_back() {
        List<String> all = retainMany(200);
        house.store.readsHeld = true;
        house.connect(1, Hello.durable("s")).subscribed("#", 1).lose();
        house.store.answerReads();
        house.run();

        PlainClient back = house.connect(0, Hello.durable("s")).acknowledge();

        assertThat(back.payloads()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void a_session_that_ends_while_they_are_read_is_forgotten() {
        retainMany(200);
        house.store.readsHeld = true;
        house.connect(1, Hello.v5("s")).subscribed("#", 1).lose();

        house.store.answerReads();
        house.run();

        assertThat(house.store.retainedReads).containsExactly(READ_MESSAGES);
        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    void what_is_not_found_costs_nothing_else() {
        List<String> all = retainMany(200);
        house.store.retained.keySet().removeIf(id -> id.topic().value().equals("m/7"));

        List<String> got = house.connect(1, Hello.v5("s")).subscribed("#", 0).payloads();

        assertThat(got).hasSize(199).doesNotContain("7").isSubsetOf(all);
        assertThat(house.broker.count(Counters.Event.RETAINED_MISSING)).isEqualTo(1);
    }

    @Test
    void what_the_store_does_not_read_at_once_is_asked_for_again() {
        List<String> all = retainMany(200);
        house.store.readsHeld = true;
        house.store.retainedReadMost = 0;
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("#", 0);
        house.store.retainedReadMost = 3;

        house.store.answerReads();

        assertThat(subscriber.payloads()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void no_more_are_read_than_the_client_can_take() {
        List<String> all = retainMany(200);
        PlainClient subscriber = house.connect(1, Hello.v5("s").with(Property.RECEIVE_MAXIMUM, 10));
        subscriber.subscribed("#", 1);
        List<Publish> first = subscriber.messages();
        assertThat(first).hasSize(10);
        assertThat(house.store.retainedReads).containsExactly(10);

        List<String> got = new ArrayList<>(first.stream().map(PlainClient::text).toList());
        first.forEach(message -> subscriber.puback(message.packetId()));
        got.addAll(subscriber.acknowledge().payloads());

        assertThat(got).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void large_ones_are_read_by_their_bytes() {
        PlainClient publisher = publisher();
        for (int i = 0; i < 20; i++) {
            publisher.retain("m/" + i, "x".repeat(30_000));
        }
        house.run();

        assertThat(house.connect(1, Hello.v5("s")).subscribed("#", 0).payloads()).hasSize(20);
        assertThat(house.store.retainedReads).allMatch(count -> count <= 3);
    }

    @Test
    void many_who_want_them_wait_for_each_other() {
        List<String> all = retainMany(READ_MESSAGES / 2);
        house.store.readsHeld = true;
        List<PlainClient> subscribers = IntStream.range(0, 3 * READS_UNDER_WAY)
                .mapToObj(i -> house.connect(1, Hello.v5("s" + i)).subscribed("#", 0))
                .toList();
        assertThat(house.store.retainedReads).hasSize(READS_UNDER_WAY);
        // Some who wait for their turn don't want it any more.
        subscribers.subList(READS_UNDER_WAY, 2 * READS_UNDER_WAY + 4).forEach(PlainClient::lose);

        house.store.answerReads();

        for (PlainClient each : subscribers.subList(2 * READS_UNDER_WAY + 4, subscribers.size())) {
            assertThat(each.payloads()).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Test
    void who_waits_for_the_journal_keeps_nobody_from_what_is_there() {
        PlainClient publisher = publisher();
        publisher.retain("journal", "late");
        publisher.retain("archive", "soon");
        house.run();
        house.store.inJournal.add("journal");
        List<PlainClient> waiting = IntStream.range(0, 3 * READS_UNDER_WAY)
                .mapToObj(i -> house.connect(1, Hello.v5("w" + i)).subscribed("journal", 0))
                .toList();
        house.run();

        assertThat(house.connect(1, Hello.v5("s")).subscribed("archive", 0).payloads()).containsExactly("soon");
        waiting.getFirst().lose();
        house.store.answerReads();

        waiting.stream().skip(1).forEach(each -> assertThat(each.payloads()).containsExactly("late"));
    }

    @Test
    void those_who_wait_for_the_journal_are_bounded() {
        publisher().retain("journal", "late");
        house.run();
        house.store.inJournal.add("journal");
        int most = READS_POSTPONED + READS_UNDER_WAY;

        List<PlainClient> waiting = IntStream.range(0, most + 10)
                .mapToObj(i -> house.connect(1, Hello.v5("w" + i)).subscribed("journal", 0))
                .toList();
        house.run();

        assertThat(house.store.retainedReads).hasSize(most);
        house.store.answerReads();
        waiting.forEach(each -> assertThat(each.payloads()).containsExactly("late"));
    }

    @Test
    @Spec("MQTT-3.8.3-3")
    void they_come_not_back_to_their_publisher_with_no_local() {
        PlainClient client = publisher();
        client.retain("a", "mine");
        house.connect(1, Hello.v5("other")).retain("b", "other's");
        house.run();

        client.subscribed(new Subscribe.Item(TopicFilter.of("#"), 1, true, false, 0));

        assertThat(client.payloads()).containsExactly("other's");
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void one_whose_life_is_over_is_not_read_but_removed() {
        Properties expiry = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 10).build();
        publisher().send(new Publish(false, 0, true, TopicName.of("a"), 0, expiry, new byte[] {'x'}));
        PlainClient subscriber = house.connect(1, Hello.v5("s"));
        house.run();
        house.nowMillis += 10_000; // Not yet time to look for those that have expired.

        subscriber.subscribed("#", 0).nothing();

        assertThat(house.store.retainedReads).isEmpty();
        assertThat(house.broker.retainedMessages()).isZero();
        assertThat(house.store.records(1)).contains("cleared a");
    }

    @Test
    void one_whose_life_ends_while_it_is_read_does_not_come() {
        Properties expiry = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 10).build();
        publisher().send(new Publish(false, 0, true, TopicName.of("a"), 0, expiry, new byte[] {'x'}));
        house.store.readsHeld = true;
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("#", 0);
        house.advanceSeconds(11);

        house.store.answerReads();

        subscriber.nothing();
        assertThat(house.broker.retainedMessages()).isZero();
    }

    @Test
    void a_start_reads_no_more_than_there_is_room_for() {
        List<String> read = new ArrayList<>();
        house = new House(2, budget(840), (store, into) -> {
            for (int i = 0; i < 10; i++) {
                Message message = new Message(
                        TopicName.of("m/" + i), ("" + i).getBytes(), 1, true, Properties.NONE, "p", Message.NEVER);
                RetainedId id = new RetainedId(message.topic(), i + 1);
                store.retained.put(id, message);
                into.retained(id, null, Message.NEVER, message.costBytes(), () -> {
                    read.add(message.topic().value());
                    return message;
                });
            }
        });

        assertThat(read).hasSize(5);
        assertThat(house.broker.retainedStubs()).isEqualTo(5);
        assertThat(house.broker.retainedMessages()).isEqualTo(10);
        assertThat(house.connect(1, Hello.v5("s")).subscribed("#", 0).payloads()).hasSize(10);
    }
}
