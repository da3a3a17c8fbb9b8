package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.broker.time.Steps;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
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
    void one_publisher_alone_is_taken_as_it_comes() {
        PlainClient subscriber = house.connect(0, Hello.v5("s")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.send(packets(10_000, i -> publish("a", false)));
        house.loop(0).step();

        assertThat(subscriber.arrivedWithoutRunning()).hasSize(10_000);
    }
}
