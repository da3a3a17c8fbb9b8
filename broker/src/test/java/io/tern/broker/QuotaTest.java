package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Message;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.api.RetainedId;
import io.tern.api.Verdict;
import io.tern.broker.access.Security;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.quota.Kind;
import io.tern.broker.quota.QuotaOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who has too much is refused more, and nobody else is.
class QuotaTest {

    private static final String LONG = "x".repeat(10_000);

    /// Everybody is who he says he is.
    private static final Authenticator DOOR = (client, password, answer) ->
            answer.accept(Verdict.allow(Identity.of("test").withUserName(client.userName())));

    private static Options options(String... keysAndTexts) {
        Options.Builder options = Options.builder();
        for (int i = 0; i < keysAndTexts.length; i += 2) {
            String key = keysAndTexts[i];
            Option<?> option = java.util.stream.Stream.of(QuotaOptions.all(), BrokerOptions.all())
                    .flatMap(List::stream).filter(each -> each.key().equals(key)).findFirst().orElseThrow();
            options.parse(option, keysAndTexts[i + 1]);
        }
        return options.build();
    }

    private static House house(String... keysAndTexts) {
        return new House(2, options(keysAndTexts), DOOR);
    }

    private static ReasonCode subscribe(PlainClient client, String filter) {
        client.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), 1))));
        return client.next(SubAck.class).reasons().getFirst();
    }

    private static ReasonCode login(House house, int shard, Hello hello) {
        return house.send(shard, hello).next(ConnAck.class).reason();
    }

    @Test
    void sessions_of_one_user_are_counted_on_all_shards_until_they_end() {
        try (House house = house("quota.sessions", "2")) {
            PlainClient first = house.connect(0, Hello.v5("a1").user("ann"));
            house.connect(1, Hello.durable("a2").user("ann")).lose();
            assertThat(login(house, 0, Hello.v5("a3").user("ann"))).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(login(house, 1, Hello.durable("a2").user("ann"))).as("resumed").isEqualTo(ReasonCode.SUCCESS);
            assertThat(login(house, 0, Hello.v5("b1").user("bob"))).isEqualTo(ReasonCode.SUCCESS);
            assertThat(login(house, 0, Hello.v5("n1"))).isEqualTo(ReasonCode.SUCCESS);
            first.lose();
            house.run();
            assertThat(login(house, 1, Hello.v5("a3").user("ann"))).isEqualTo(ReasonCode.SUCCESS);
            assertThat(house.broker.quotas().refused(Kind.SESSIONS)).isEqualTo(1);
        }
    }

    @Test
    void clients_without_a_user_are_counted_by_where_they_come_from() {
        try (House house = house("quota.sessions", "1")) {
            house.connect(0, Hello.v5("n1"));
            assertThat(login(house, 1, Hello.v5("n2"))).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(login(house, 1, Hello.v5("a1").user("ann"))).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void subscriptions_and_groups_of_all_sessions_of_a_user_are_counted_until_they_are_gone() {
        try (House house = house("quota.subscriptions", "3", "quota.shared_groups", "1")) {
            PlainClient one = house.connect(0, Hello.v5("a1").user("ann"));
            PlainClient two = house.connect(1, Hello.v5("a2").user("ann"));
            PlainClient other = house.connect(1, Hello.v5("b1").user("bob"));
            assertThat(subscribe(one, "a")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(subscribe(one, "$share/g/#")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(subscribe(two, "$share/h/#")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(subscribe(two, "$share/g/#")).as("a group that is there").isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(subscribe(two, "b")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(subscribe(one, "a")).as("what it has").isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(subscribe(other, "$share/h/#")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(one.unsubscribed("$share/g/#")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(two.unsubscribed("$share/g/#")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(subscribe(two, "$share/i/#")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            one.lose();
            house.run();
            assertThat(subscribe(two, "b")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            two.lose();
            other.lose();
            house.run();
            assertThat(house.broker.quotas().owners()).isZero();
        }
    }

    @Test
    void one_client_has_so_many_shared_subscriptions_at_most() {
        try (House house = house("limits.shared_subscriptions", "1")) {
            PlainClient client = house.connect(0, Hello.v5("a"));
            assertThat(subscribe(client, "$share/g/#")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(subscribe(client, "$share/h/#")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(subscribe(client, "h")).isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(client.unsubscribed("$share/g/#")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(subscribe(client, "$share/h/#")).isEqualTo(ReasonCode.GRANTED_QOS_1);
        }
    }

    @Test
    void what_one_user_retains_leaves_room_for_others_and_counts_until_it_is_gone() {
        try (House house = house("quota.retained_messages", "2")) {
            PlainClient ann = house.connect(0, Hello.v5("a").user("ann"));
            PlainClient bob = house.connect(1, Hello.v5("b").user("bob"));
            for (String topic : List.of("a/1", "a/2", "a/3")) {
                ann.retain(topic, "x");
            }
            bob.retain("b/1", "x");
            house.run();
            assertThat(house.broker.retainedMessages()).isEqualTo(3);
            assertThat(house.broker.count(Counters.Event.RETAINED_REFUSED)).isEqualTo(1);
            bob.retain("a/1", "his own now");
            house.run();
            ann.retain("a/3", "x");
            house.run();
            assertThat(house.broker.retainedMessages()).isEqualTo(4);
            ann.retain("a/2", "");
            ann.retain("a/4", "x");
            house.run();
            assertThat(house.broker.retainedMessages()).isEqualTo(4);
            ann.lose();
            bob.lose();
            house.run();
            assertThat(house.broker.quotas().owners()).isEqualTo(2);
            PlainClient other = house.connect(1, Hello.v5("n"));
            for (String topic : List.of("a/1", "a/3", "a/4", "b/1")) {
                other.retain(topic, "");
            }
            other.lose();
            house.run();
            assertThat(house.broker.quotas().owners()).isZero();
        }
    }

    /// The publisher is told nothing: it is the receiver who has too much.
    @Test
    void who_has_too_much_on_disk_loses_his_oldest_and_nobody_else_loses_any() {
        try (House house = house("quota.disk_bytes", "100000")) {
            house.connect(0, Hello.durable("a1").user("ann")).subscribed("ann/1", 1).lose();
            house.connect(1, Hello.durable("a2").user("ann")).subscribed("ann/2", 1).lose();
            house.connect(1, Hello.durable("b").user("bob")).subscribed("bob", 1).lose();
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            for (int i = 0; i < 8; i++) {
                assertThat(publisher.published("ann/1", i + LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
                assertThat(publisher.published("bob", i + LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
            }
            for (int i = 0; i < 8; i++) {
                assertThat(publisher.published("ann/2", i + LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
            }
            assertThat(house.dropped(DropReason.OVER_QUOTA)).isBetween(6L, 10L);
            assertThat(house.broker.queues().acknowledgedDropped()).isEqualTo(house.dropped(DropReason.OVER_QUOTA));
            assertThat(house.connect(1, Hello.durable("b").user("bob")).acknowledge().payloads()).hasSize(8);
            List<String> second = house.connect(1, Hello.durable("a2").user("ann")).acknowledge().payloads();
            assertThat(second.getLast()).startsWith("7");
            house.connect(0, Hello.durable("a1").user("ann")).acknowledge().payloads();
            assertThat(publisher.published("ann/1", LONG, 1)).as("there is room again").isEqualTo(ReasonCode.SUCCESS);
            long before = house.dropped(DropReason.OVER_QUOTA);
            assertThat(publisher.published("ann/2", LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(house.dropped(DropReason.OVER_QUOTA)).isEqualTo(before);
        }
    }

    @Test
    void on_a_disk_that_fills_up_the_one_who_fills_it_loses_first() {
        try (House house = house()) {
            house.connect(0, Hello.durable("a").user("ann")).subscribed("ann", 1).lose();
            house.connect(1, Hello.durable("b").user("bob")).subscribed("bob", 1).lose();
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            for (int i = 10; i < 30; i++) {
                publisher.published("ann", i + LONG, 1);
                publisher.published(i < 14 ? "bob" : "nobody", i + LONG, 1);
            }
            house.store.diskPart = 0.7;
            for (int i = 30; i < 33; i++) {
                publisher.published("ann", i + LONG, 1);
                publisher.published("bob", i + LONG, 1);
            }
            assertThat(house.dropped(DropReason.OVER_QUOTA)).isEqualTo(3);
            assertThat(house.connect(1, Hello.durable("b").user("bob")).acknowledge().payloads()).hasSize(7);
            assertThat(house.connect(0, Hello.durable("a").user("ann")).acknowledge().payloads()).hasSize(20)
                    .last().asString().startsWith("32");
        }
    }

    /// Else he would fill it with what he gives up, faster than that can be taken out.
    @Test
    void on_a_crowded_disk_who_fills_it_keeps_what_he_has_and_gets_no_more() {
        try (House house = house()) {
            house.connect(0, Hello.durable("a").user("ann")).subscribed("ann", 1).lose();
            house.connect(1, Hello.durable("b").user("bob")).subscribed("bob", 1).lose();
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            for (int i = 10; i < 30; i++) {
                publisher.published("ann", i + LONG, 1);
            }
            house.store.diskPart = 0.8;
            for (int i = 30; i < 33; i++) {
                assertThat(publisher.published("ann", i + LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
                assertThat(publisher.published("bob", i + LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
            }
            assertThat(house.dropped(DropReason.OVER_QUOTA)).isEqualTo(3);
            house.store.diskPart = 0.4;
            publisher.published("ann", 33 + LONG, 1);
            assertThat(house.connect(1, Hello.durable("b").user("bob")).acknowledge().payloads()).hasSize(3);
            List<String> kept = house.connect(0, Hello.durable("a").user("ann")).acknowledge().payloads();
            assertThat(kept).hasSize(21);
            assertThat(kept.get(19)).startsWith("29");
            assertThat(kept.getLast()).startsWith("33");
        }
    }

    /// A client that is connected and reads is not cut off for what others of its owner have left.
    @Test
    void who_is_connected_gets_his_messages_all_the_same() {
        try (House house = house("quota.disk_bytes", "100000")) {
            house.connect(0, Hello.durable("a1").user("ann")).subscribed("ann/1", 1).lose();
            PlainClient reader = house.connect(1, Hello.durable("a2").user("ann")).subscribed("ann/2", 1).acknowledge();
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            for (int i = 0; i < 20; i++) {
                publisher.published("ann/1", i + LONG, 1);
            }
            for (int i = 0; i < 5; i++) {
                publisher.published("ann/2", i + LONG, 1);
            }
            assertThat(reader.payloads()).hasSize(5);
        }
    }

    @Test
    void a_group_counts_for_who_joined_it_first() {
        try (House house = house("quota.disk_bytes", "50000")) {
            house.connect(0, Hello.durable("a").user("ann")).subscribed("$share/g/ann", 1).lose();
            house.connect(1, Hello.durable("b").user("bob")).subscribed("$share/g/ann", 1).subscribed("bob", 1).lose();
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            for (int i = 0; i < 10; i++) {
                publisher.published("ann", i + LONG, 1);
            }
            assertThat(house.dropped(DropReason.OVER_QUOTA)).isBetween(4L, 8L);
            long before = house.dropped(DropReason.OVER_QUOTA);
            assertThat(publisher.published("bob", LONG, 1)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(house.dropped(DropReason.OVER_QUOTA)).isEqualTo(before);
        }
    }

    @Test
    void what_a_process_before_has_left_counts_for_its_owner() {
        Security security = Security.of(DOOR, EnhancedAuthenticator.none());
        MemoryStore store = new MemoryStore((memory, into) -> {
            memory.session(into, 1, "a1", Owner.of("ann"), 3600);
            into.subscription(1, "x", 1, 0);
            memory.session(into, 2, "n1", Owner.at("client"), 3600);
            memory.session(into, 3, "old", Owner.of(null), 3600);
            TopicName topic = TopicName.of("t");
            into.retained(new RetainedId(topic, 1), Owner.of("bob"), Message.NEVER, 100, () -> new Message(
                    topic, new byte[1], 1, true, Properties.NONE, "b", Message.NEVER));
        });
        try (House house = new House(2, options("quota.sessions", "1", "quota.subscriptions", "1",
                "quota.retained_messages", "1"), security, ListenerRules.STANDARD, store)) {
            house.run();
            assertThat(house.broker.quotas().owners()).isEqualTo(3);
            assertThat(login(house, 0, Hello.v5("a2").user("ann"))).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(subscribe(house.connect(0, Hello.durable("a1").user("ann")), "y"))
                    .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            PlainClient bob = house.connect(1, Hello.v5("b").user("bob"));
            bob.retain("u", "x");
            house.run();
            assertThat(house.broker.retainedMessages()).isEqualTo(1);
            bob.retain("t", "x");
            house.run();
            assertThat(house.broker.retainedMessages()).isEqualTo(1);
        }
    }

    @Test
    void who_a_session_and_a_retained_message_belong_to_is_written_down() {
        try (House house = house()) {
            PlainClient ann = house.connect(0, Hello.durable("a").user("ann"));
            PlainClient nobody = house.connect(0, Hello.durable("n"));
            ann.retain("t/a", "x");
            nobody.retain("t/n", "x");
            house.run();
            assertThat(house.store.owners).containsEntry("a", Owner.of("ann")).containsKey("n");
            assertThat(house.store.owners.get("n").place()).isNotNull();
            assertThat(house.store.retained.values()).extracting(Message::owner)
                    .containsExactlyInAnyOrder(Owner.of("ann"), house.store.owners.get("n"));
        }
    }
}
