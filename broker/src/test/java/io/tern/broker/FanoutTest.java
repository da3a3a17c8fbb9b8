package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.options.Measures;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One message for a great many subscribers of one shard.
class FanoutTest {

    private static final int MANY = 2500;

    private House house = new House(3);
    private final List<PlainClient> subscribers = new ArrayList<>();

    @AfterEach
    void close() {
        house.close();
    }

    private void subscribe(int count, String filter) {
        for (int i = 0; i < count; i++) {
            subscribers.add(house.connect(1, Hello.v5("s" + i)).subscribed(filter, 0));
        }
    }

    private void turn(int shard) {
        house.loop(shard).tasks();
        house.loop(shard).turn();
    }

    /// Sends a message and lets the subscribers' shard do its first slice of it.
    private PlainClient begin(String topic) {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.publish(topic, "x", 1, 1);
        turn(0);
        turn(1);
        return publisher;
    }

    private long reached() {
        return subscribers.stream()
                .filter(subscriber -> subscriber.connection.hasArrived())
                .count();
    }

    @Test
    void goes_in_slices_and_reaches_everybody_once() {
        subscribe(MANY, "all");

        PlainClient publisher = begin("all");

        assertThat(reached()).isEqualTo(Measures.STANDARD.sliceSubscribers());
        turn(1);
        assertThat(reached()).isEqualTo(2L * Measures.STANDARD.sliceSubscribers());
        publisher.next(PubAck.class);
        for (PlainClient subscriber : subscribers) {
            assertThat(subscriber.payloads()).containsExactly("x");
        }
    }

    @Test
    void reaches_a_shared_group_that_has_another_place_in_the_index_by_then() {
        house.close();
        house = new House(1);
        for (int i = 0; i < MANY; i++) {
            house.connect(0, Hello.v5("s" + i)).subscribed("all", 0);
        }
        PlainClient member = house.connect(0, Hello.v5("m")).subscribed("$share/g/+", 0);
        PlainClient durable = house.connect(0, Hello.durable("d"));
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("all", "x", 0, 0); // Its first slice is over now, and the group's turn comes in a later one.
        durable.send(new Subscribe(7, Properties.NONE,
                List.of(new Subscribe.Item(TopicFilter.of("$share/g/+"), 0))));
        durable.next(SubAck.class);

        assertThat(member.payloads().size() + durable.payloads().size()).isEqualTo(1);
    }

    @Test
    void lets_reads_and_answers_pass_between_its_slices() {
        subscribe(MANY, "all");
        begin("all");

        subscribers.get(MANY - 1).send(PingReq.INSTANCE);
        turn(1);

        assertThat(subscribers.get(MANY - 1).received().getFirst()).isEqualTo(PingResp.INSTANCE);
    }

    @Test
    @Spec("MQTT-3.10.4-2")
    void does_not_reach_who_unsubscribes_in_the_middle_but_all_others() {
        subscribe(MANY, "all");
        begin("all");
        List<PlainClient> leaving = new ArrayList<>();
        for (int i = 0; i < MANY; i += 7) {
            if (!subscribers.get(i).connection.hasArrived()) {
                leaving.add(subscribers.get(i));
            }
        }
        leaving.forEach(subscriber -> subscriber.unsubscribe("all"));
        house.loop(1).tasks();

        subscribers.removeAll(leaving);
        for (PlainClient subscriber : subscribers) {
            assertThat(subscriber.payloads()).containsExactly("x");
        }
        for (PlainClient left : leaving) {
            left.next(UnsubAck.class);
            left.nothing();
        }
        assertThat(house.broker.subscriptions()).isEqualTo(subscribers.size());
    }

    @Test
    void does_not_reach_who_subscribes_in_the_middle() {
        subscribe(MANY, "all");
        begin("all");

        PlainClient late = house.connect(1, Hello.v5("late")).subscribed("all", 0);

        late.nothing();
        for (PlainClient subscriber : subscribers) {
            assertThat(subscriber.payloads()).containsExactly("x");
        }
    }

    @Test
    void goes_on_when_sessions_end_in_the_middle() {
        subscribe(MANY, "all");
        PlainClient publisher = begin("all");

        subscribers.forEach(subscriber -> subscriber.connection.lose());

        publisher.next(PubAck.class);
        assertThat(house.broker.sessions()).isEqualTo(1);
        assertThat(house.broker.subscriptions()).isZero();
    }

    @Test
    @Spec("MQTT-3.3.4-2")
    void reaches_each_client_once_when_several_filters_of_many_match() {
        subscribe(MANY / 2, "a/+");
        subscribers.forEach(subscriber -> subscriber.subscribed("a/#", 1));
        PlainClient extra = house.connect(1, Hello.v5("extra")).subscribed("a/b", 0);

        PlainClient publisher = begin("a/b");

        publisher.next(PubAck.class);
        subscribers.forEach(subscriber -> assertThat(subscriber.messages())
                .extracting(Publish::qos)
                .containsExactly(1));
        assertThat(extra.payloads()).containsExactly("x");
    }

    @Test
    void reaches_each_client_once_a_subscription_where_that_was_chosen() {
        house = new House(2, Options.builder().with(BrokerOptions.ONE_COPY_EACH, true).build());
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("a/+", 0, 1).subscribed("a/#", 0, 2);

        house.connect(0, Hello.v5("p")).publish("a/b", "x");

        assertThat(subscriber.messages())
                .extracting(message -> message.properties().subscriptionIdentifiers()[0])
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    @Spec("MQTT-4.6.0-5")
    void keeps_the_order_of_messages_that_wait_for_its_end() {
        subscribe(MANY, "all");
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            publisher.publish("all", "" + i);
            sent.add("" + i);
        }

        for (PlainClient subscriber : subscribers) {
            assertThat(subscriber.payloads()).isEqualTo(sent);
        }
    }

    @Test
    void takes_its_turn_with_the_messages_of_other_shards() {
        subscribe(MANY, "all");
        PlainClient loud = house.connect(0, Hello.v5("loud"));
        PlainClient quiet = house.connect(2, Hello.v5("quiet"));
        for (int i = 0; i < 100; i++) {
            loud.publish("all", "loud");
        }
        turn(0);
        turn(1);
        quiet.publish("all", "quiet");
        turn(2);

        for (int i = 0; i < 10; i++) {
            turn(1);
        }

        assertThat(subscribers.getFirst().deliveredWithoutRunning()).contains("quiet");
    }
}
