package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.broker.time.Steps;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a broker makes of the state that the process before it has left.
class RecoveryTest {

    private static final int QOS_1 = 1;
    private static final long START_MILLIS = 1_000_000_000_000L;
    private static final String GROUP = "$share/g/a";

    private House house;

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Spec("MQTT-3.1.2-5")
    void a_session_goes_on_also_if_its_client_is_back_before_the_first_turn_of_its_shard() {
        house = new House(2, (store, into) -> {
            store.session(into, 1, "first", 100);
            store.session(into, 2, "second", 0);
            store.session(into, 3, "third", 100);
            store.session(into, 4, "fourth", 100);
            into.subscription(4, "a", QOS_1, 0);
        });

        // It arrives at the other shard, and is moved to its own by a task, before that has had a turn.
        PlainClient client = house.openQuietly(0);
        client.send(Hello.durable("fourth").packet());
        house.loop(0).tasks();
        house.loop(0).turn();
        house.loop(1).tasks();
        house.run();

        client.next(ConnAck.class);
        assertThat(house.connect(0, Hello.v5("p")).published("a", "x", 1).isError()).isFalse();
        assertThat(client.payloads()).containsExactly("x");
    }

    @Test
    void a_client_with_two_sessions_keeps_the_later_one() {
        house = new House(2, (store, into) -> {
            store.session(into, 1, "c", 100);
            into.subscription(1, "a", QOS_1, 0);
            store.session(into, 2, "c", 100);
            into.subscription(2, "b", QOS_1, 0);
        });
        PlainClient client = house.connect(1, Hello.durable("c"));
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.published("a", "old", 1);
        publisher.published("b", "new", 2);

        assertThat(client.connAck.sessionPresent()).isTrue();
        assertThat(client.payloads()).containsExactly("new");
        assertThat(house.store.records(0)).contains("ended c");
    }

    @Test
    void a_shared_group_with_two_queues_keeps_the_later_one() {
        house = new House(1, (store, into) -> {
            store.group(into, 1, GROUP);
            into.queue(1, 0, 3, 3, 300);
            store.group(into, 2, GROUP);
            into.queue(2, 5, 9, 4, 400);
            store.session(into, 3, "c", 100);
            into.subscription(3, GROUP, QOS_1, 0);
        });
        house.connect(0, Hello.durable("c"));

        assertThat(house.store.readings).containsExactly("of group " + GROUP + " from 5 to 9");
        assertThat(house.store.records(0)).contains("ended group " + GROUP);
    }

    @Test
    void a_shared_group_whose_beginning_was_lost_begins_anew() {
        house = new House(1, (store, into) -> {
            store.session(into, 3, "c", 100);
            into.subscription(3, GROUP, QOS_1, 0);
        });
        house.run();

        house.connect(0, Hello.v5("p")).published("a", "x", 1);

        assertThat(house.store.records(0)).contains("opened group " + GROUP, "queued group " + GROUP + " 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {GROUP, "$share//b", "$share/"})
    void a_client_may_be_called_like_a_shared_group(String name) {
        house = new House(1, (store, into) -> {
            store.session(into, 1, name, Owner.of(null), 100);
            into.subscription(1, "x", QOS_1, 0);
            into.inbound(1, 7);
            into.queue(1, 2, 4, 2, 300);
            store.group(into, 2, GROUP);
            into.queue(2, 5, 9, 4, 400);
            store.session(into, 3, "c", 100);
            into.subscription(3, GROUP, QOS_1, 0);
        });
        house.connect(0, Hello.durable("c"));

        PlainClient client = house.connect(0, Hello.durable(name));

        assertThat(client.connAck.sessionPresent()).isTrue();
        assertThat(house.store.readings)
                .containsExactly("of group " + GROUP + " from 5 to 9", "of " + name + " from 2 to 4");
        assertThat(house.store.records(0)).doesNotContain("ended " + name, "ended group " + GROUP);
    }

    @Test
    void the_queue_of_a_shared_group_without_members_ends() {
        house = new House(1, (store, into) -> {
            store.group(into, 1, GROUP);
            into.queue(1, 0, 3, 3, 300);
        });
        house.run();

        assertThat(house.store.records(0)).containsExactly("ended group " + GROUP);
        assertThat(house.broker.sessions()).isZero();
    }

    private static void leftWithWill(MemoryStore store, Recovered into, long leftMillis) {
        Properties delay = Properties.builder().with(Property.WILL_DELAY_INTERVAL, 30).build();
        Will will = new Will(TopicName.of("will/c"), "gone".getBytes(StandardCharsets.UTF_8), 1, false, delay);
        store.session(into, 1, "w", 3600);
        into.subscription(1, "will/#", QOS_1, 0);
        store.session(into, 2, "c", null, 3600, will, leftMillis);
    }

    @Test
    @Spec("MQTT-3.1.2-8")
    void a_will_that_was_kept_is_sent_when_its_delay_since_the_stop_has_passed() {
        house = new House(2, (store, into) -> leftWithWill(store, into, START_MILLIS - 20_000));
        PlainClient watcher = house.connect(1, Hello.durable("w")).acknowledge();
        house.advanceSeconds(9);
        watcher.nothing();

        house.advanceSeconds(2);

        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    @Spec("MQTT-3.1.3-9")
    void a_will_that_was_kept_is_not_sent_if_its_client_is_back_in_time() {
        house = new House(2, (store, into) -> leftWithWill(store, into, START_MILLIS - 20_000));
        PlainClient watcher = house.connect(1, Hello.durable("w")).acknowledge();

        house.connect(0, Hello.durable("c"));
        house.advanceSeconds(100);

        watcher.nothing();
    }

    @Test
    void many_sessions_are_taken_up_over_several_turns_and_each_before_its_client_is_let_in() {
        int sessions = 3 * Steps.TURN_MAX / Steps.SESSION;
        Will will = new Will(TopicName.of("will"), new byte[1], 0, false, Properties.NONE);
        house = new House(1, (store, into) -> {
            for (int i = 1; i <= sessions; i++) {
                store.session(into, i, "c" + i, null, 3600, will, Recovered.CONNECTED);
            }
        });
        PlainClient watcher = house.openQuietly(0);
        PlainClient last = house.openQuietly(0);

        watcher.send(Hello.v5("w").packet(), new Subscribe(1, Properties.NONE,
                List.of(new Subscribe.Item(TopicFilter.of("will"), 0))));
        last.send(Hello.durable("c" + sessions).packet());
        int turns = 0;
        do {
            turns++;
            house.loop(0).step();
        } while (house.loop(0).isWaiting());

        assertThat(turns).isGreaterThan(3);
        assertThat(house.broker.shard(0).steps.longest()).isLessThan(2 * Steps.TURN_MAX);
        assertThat(last.next(ConnAck.class).sessionPresent()).isTrue();
        assertThat(watcher.received()).as("each connection ended with that process")
                .filteredOn(Publish.class::isInstance)
                .hasSizeBetween(sessions - 64, sessions); // The first were sent before it had subscribed.
    }
}
