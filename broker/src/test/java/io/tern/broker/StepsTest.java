package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.time.Steps;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What clients send at once, in packets each of which is small: a turn has an end, and everybody has his share of it.
class StepsTest {

    private final House house = new House(1);

    @AfterEach
    void close() {
        house.close();
    }

    private static Packet[] packets(int count, IntFunction<Packet> packet) {
        return IntStream.range(0, count).mapToObj(packet).toArray(Packet[]::new);
    }

    private static Publish publish(String topic, boolean retain) {
        return new Publish(false, 0, retain, TopicName.of(topic), 0, Properties.NONE, new byte[1]);
    }

    private static Packet subscribe(int i) {
        return new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("f/" + i), 0)));
    }

    private static Packet unsubscribe(int i) {
        return new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of("f/" + i)));
    }

    /// Many who send the same; somebody else is answered in each turn.
    private void isBounded(int clients, Packet[] packets) {
        PlainClient other = house.connect(0, Hello.v5("other"));
        List<PlainClient> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(house.connect(0, Hello.v5("c" + i)));
        }
        all.forEach(each -> each.send(packets));
        int turns = 0;
        do {
            turns++;
            other.send(PingReq.INSTANCE);
            house.loop(0).step();
            assertThat(other.arrivedWithoutRunning()).containsExactly(PingResp.INSTANCE);
        } while (house.loop(0).deadlineMillis() <= house.nowMillis);
        assertThat(turns).as("turns").isGreaterThan(2);
        // Bytes that are read, and what was put away in the turn before, and hand-overs.
        assertThat(house.broker.shard(0).steps.longest())
                .isLessThan(3 * Steps.TURN_MAX + (clients + 3) * Steps.SHARE_MIN);
        assertThat(all).allMatch(each -> !each.isClosed());
    }

    @Test
    void thousands_of_small_subscribes_take_many_turns() {
        isBounded(8, packets(5_000, StepsTest::subscribe));
    }

    @Test
    void thousands_of_small_unsubscribes_take_many_turns() {
        isBounded(8, packets(10_000, StepsTest::unsubscribe));
    }

    @Test
    void thousands_of_small_retained_messages_take_many_turns() {
        isBounded(8, packets(5_000, i -> publish("r/" + i % 100, true)));
    }

    @Test
    void thousands_of_messages_for_many_take_many_turns() {
        for (int i = 0; i < 500; i++) {
            house.connect(0, Hello.v5("s" + i)).subscribed("all", 0);
        }
        isBounded(4, packets(1_000, i -> publish("all", false)));
    }

    @Test
    void who_sends_much_does_not_have_more_than_his_share_beside_others_who_do() {
        PlainClient[] clients = new PlainClient[4];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = house.connect(0, Hello.v5("c" + i));
        }
        int[] came = new int[clients.length];
        for (PlainClient each : clients) {
            each.send(packets(20_000, i -> subscribe(0)));
        }
        for (int turn = 0; turn < 20; turn++) {
            house.loop(0).step();
            for (int i = 0; i < clients.length; i++) {
                came[i] += clients[i].arrivedWithoutRunning().size();
            }
        }
        int all = IntStream.of(came).sum();
        assertThat(all).isLessThan(clients.length * 20_000);
        // The first round is over before it is known how many they are.
        assertThat(IntStream.of(came).boxed())
                .allSatisfy(each -> assertThat(each).isBetween(all / 4 - all / 8, all / 4 + all / 8));
    }

    @Test
    void many_sessions_that_end_at_once_leave_the_index_over_many_turns() {
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            PlainClient client = house.connect(0, Hello.v5("c" + i));
            client.send(packets(1_000, StepsTest::subscribe));
            clients.add(client);
        }
        house.run();

        clients.forEach(each -> each.connection.lose());
        int turns = 0;
        do {
            house.loop(0).step();
            turns++;
        } while (house.loop(0).deadlineMillis() <= house.nowMillis);

        assertThat(turns).isGreaterThanOrEqualTo(19); // Some leave before the first turn, in which others do.
        assertThat(house.broker.index().subscriptions()).isZero();
    }

    @Test
    void many_clients_that_are_too_slow_for_one_message_are_sent_away_over_many_turns() {
        House strict = new House(1, Options.DEFAULTS
                .with(BrokerOptions.QUEUE_BYTES, 64L * 1024)
                .with(BrokerOptions.WHEN_FULL_BY_TOPIC, "#=disconnect"));
        List<PlainClient> slow = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            slow.add(strict.connect(0, Hello.v5("c" + i).with(Property.RECEIVE_MAXIMUM, 1)).subscribed("a", 1));
        }
        PlainClient publisher = strict.connect(0, Hello.v5("p"));

        publisher.send(packets(70, i -> PlainClient.message("a", "x".repeat(1000), 1, 1 + i)));
        long before = 0;
        while (strict.loop(0).step()) {
            long closed = slow.stream().filter(PlainClient::isClosedWithoutRunning).count();
            assertThat(closed - before).as("sent away in one turn").isLessThanOrEqualTo(100);
            before = closed;
        }

        assertThat(before).isEqualTo(slow.size());
        strict.close();
    }

    @Test
    void what_has_waited_for_a_slow_disk_is_answered_over_many_turns() {
        house.connect(0, Hello.durable("away")).subscribed("a", 1).lose();
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(house.connect(0, Hello.v5("c" + i)));
        }
        house.store.hold();
        clients.forEach(each -> each.send(packets(1_000, i -> PlainClient.message("a", "m", 1, 1 + i))));
        house.run();
        clients.forEach(each -> assertThat(each.arrivedWithoutRunning()).isEmpty());

        house.store.release();
        List<Integer> answers = new ArrayList<>();
        while (house.loop(0).step()) {
            answers.add(clients.stream().mapToInt(each -> each.arrivedWithoutRunning().size()).sum());
        }

        assertThat(answers.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20 * 1_000);
        assertThat(answers).allMatch(each -> each <= 5_000);
    }

    @Test
    void a_message_of_qos_2_for_very_many_is_let_go_over_many_turns() {
        House two = new House(2);
        List<PlainClient> receivers = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            receivers.add(two.connect(1, Hello.durable("r" + i)).subscribed("a", 2));
        }
        two.connect(0, Hello.durable("other")).subscribed("a", 2);
        PlainClient publisher = two.connect(0, Hello.v5("p"));

        publisher.publish("a", "m", 2, 1);
        List<Integer> arrived = new ArrayList<>();
        boolean more;
        do {
            more = two.loop(0).step();
            more |= two.loop(1).step();
            arrived.add(receivers.stream().mapToInt(each -> each.arrivedWithoutRunning().size()).sum());
        } while (more);

        assertThat(arrived.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3_000);
        assertThat(arrived).allMatch(each -> each <= 1_024);
        two.close();
    }

    @Test
    void very_many_who_wait_behind_a_will_are_let_in_over_many_turns() {
        house.connect(0, Hello.durable("watcher")).subscribed("will", 1).lose();
        PlainClient first = house.connect(0, Hello.durable("c").will("will", "gone"));
        house.store.hold();
        first.lose();
        List<PlainClient> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(house.openQuietly(0));
            waiting.getLast().send(Hello.durable("c").packet());
        }
        house.run();
        assertThat(waiting).noneMatch(PlainClient::isClosedWithoutRunning);

        house.store.release();
        long before = 0;
        while (house.loop(0).step()) {
            long closed = waiting.stream().filter(PlainClient::isClosedWithoutRunning).count();
            assertThat(closed - before).as("let in in one turn").isLessThanOrEqualTo(512);
            before = closed;
        }

        assertThat(before).isEqualTo(waiting.size() - 1);
    }

    @Test
    void one_publisher_alone_is_taken_as_it_comes() {
        PlainClient subscriber = house.connect(0, Hello.v5("s")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.send(packets(10_000, i -> publish("a", false)));
        house.loop(0).step();

        assertThat(subscriber.arrivedWithoutRunning()).hasSize(10_000);
    }
}
