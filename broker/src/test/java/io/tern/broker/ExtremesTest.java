package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access.Action;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.route.Matching;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.Slices;
import io.tern.engine.rules.ListenerRules;
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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.TestInfo;

/// The most that clients can ask for in one packet, or all at the same time: it takes many turns, and what is done in
/// one of them is bounded. With `-Dtern.full=true` it is as much as a packet or the limits allow, and no turn takes
/// 20 ms of the processor.
class ExtremesTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final long TURN_MAX_MILLIS = 20;
    /// The last time is looked at, when what is done is compiled.
    private static final int TIMES = 2;
    /// Bytes that are read, what was put away before, and what came from other shards; and the last thing in each.
    private static final int STEPS_MAX = 4 * Steps.TURN_MAX;

    private final RuleTable table = new RuleTable();
    private final Authorization authorization = Authorization.of(List.of(table), false);
    private final House house = new House(
            1,
            Options.builder()
                    .with(BrokerOptions.MEMORY_BYTES, 1L << 32)
                    .with(BrokerOptions.PACKET_BYTES, 16L * 1024 * 1024)
                    .build(),
            new Security(
                    (client, password, answer) -> answer.accept(Verdict.allow(Identity.of("test"))),
                    EnhancedAuthenticator.none(), authorization, Defence.none(), Control.NONE, event -> { }),
            ListenerRules.STANDARD,
            new MemoryStore((store, into) -> { }));
    private final PlainClient other = house.connect(0, Hello.v5("other"));

    private String name;
    private boolean warm;

    @BeforeEach
    void name(TestInfo test, RepetitionInfo repetition) {
        name = test.getTestMethod().orElseThrow().getName().replace('_', ' ');
        warm = repetition.getCurrentRepetition() == TIMES;
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static int count(int most, int inBuild) {
        return FULL ? most : inBuild;
    }

    private static Subscribe subscribe(List<TopicFilter> filters) {
        return new Subscribe(
                1,
                Properties.NONE,
                filters.stream().map(filter -> new Subscribe.Item(filter, 1)).toList());
    }

    private static List<TopicFilter> filters(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> TopicFilter.of(prefix + i)).toList();
    }

    private List<PlainClient> clients(int count) {
        return IntStream.range(0, count).mapToObj(i -> house.connect(0, Hello.v5("c" + i))).toList();
    }

    /// What was asked for is done, in bounded turns, in each of which somebody else is answered.
    private void isBounded(int turnsAtLeast) {
        house.loop(0).longestNanos();
        int turns = 0;
        do {
            turns++;
            other.send(PingReq.INSTANCE);
            house.loop(0).step();
            assertThat(other.arrivedWithoutRunning()).contains(PingResp.INSTANCE);
        } while (house.loop(0).isWaiting());
        assertThat(turns).as("turns").isGreaterThanOrEqualTo(turnsAtLeast);
        assertThat(house.broker.shard(0).steps.longest()).as("steps a turn").isLessThan(STEPS_MAX);
        long millis = TimeUnit.NANOSECONDS.toMillis(house.loop(0).longestNanos());
        if (FULL && warm) {
            System.out.printf("%s: %d turns, the longest %d ms of processor time, %d steps at most so far%n",
                    name, turns, millis, house.broker.shard(0).steps.longest());
            assertThat(millis).as("milliseconds of the longest turn").isLessThan(TURN_MAX_MILLIS);
        }
    }

    @RepeatedTest(TIMES)
    void a_packet_of_300000_filters() {
        int count = count(300_000, 20_000);
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.send(subscribe(filters("", count)));
        isBounded(count / Slices.SLICE);

        client.send(new Unsubscribe(2, Properties.NONE, filters("", count)));
        isBounded(count / Slices.SLICE);
        assertThat(house.broker.index().subscriptions()).isZero();
    }

    @RepeatedTest(TIMES)
    void a_packet_of_one_filter_524265_times() {
        int count = count(524_265, 20_000);
        other.retain("a", "x");

        house.connect(0, Hello.v5("c")).send(subscribe(Collections.nCopies(count, TopicFilter.of("a"))));

        isBounded(count / Slices.SLICE);
    }

    @RepeatedTest(TIMES)
    void filters_of_as_many_levels_as_there_may_be_and_a_topic_that_matches_them() {
        int levels = BrokerOptions.TOPIC_LEVELS.defaultValue();
        List<TopicFilter> filters = new ArrayList<>();
        for (int i = 0; i < count(100, 50); i++) {
            filters.add(TopicFilter.of("/".repeat(i) + "+" + "/".repeat(levels - 2 - i) + "#"));
        }
        filters.add(TopicFilter.of("/".repeat(65_535)));
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.send(subscribe(filters));
        isBounded(filters.size() / 8);

        Properties.Builder properties = Properties.builder();
        IntStream.range(0, 65_535).forEach(i -> properties.user("", ""));
        client.send(
                publish("/".repeat(levels - 1), properties.build()), publish("/".repeat(65_535), properties.build()));
        isBounded(filters.size() * levels / 2 / Matching.NODES_PER_TURN);
        assertThat(client.received()).hasSizeGreaterThan(1);
    }

    private static Publish publish(String topic, Properties properties) {
        return new Publish(false, 0, false, TopicName.of(topic), 0, properties, new byte[0]);
    }

    @RepeatedTest(TIMES)
    void thousands_of_groups_that_are_joined_and_left() {
        int count = count(10_000, 4_000);
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.send(subscribe(filters("$share/g/", count)));
        isBounded(count / Slices.SLICE);
        client.send(new Unsubscribe(2, Properties.NONE, filters("$share/g/", count)));
        isBounded(count / Slices.SLICE);

        client.send(subscribe(filters("$share/g/", count)));
        isBounded(count / Slices.SLICE);
        client.connection.lose();
        isBounded(count / 1000);
        assertThat(house.broker.index().subscriptions()).isZero();
    }

    @RepeatedTest(TIMES)
    void thousands_of_groups_of_one_session_that_comes_back() {
        int count = count(10_000, 4_000);
        PlainClient client = house.connect(0, Hello.durable("c"));
        client.send(subscribe(filters("$share/g/", count)));
        isBounded(count / Slices.SLICE);
        client.connection.lose();
        isBounded(1);

        PlainClient again = house.openQuietly(0);
        again.send(Hello.durable("c").packet());
        isBounded(count / Slices.SLICE);
        again.received();
        other.publish(Integer.toString(count - 1), "m");
        assertThat(again.payloads()).containsExactly("m");
    }

    @RepeatedTest(TIMES)
    void a_connection_that_is_lost_whose_session_is_in_very_many_groups() {
        int count = 10_000; // As many groups as one may have.
        PlainClient client = house.connect(0, Hello.durable("c"));
        client.send(subscribe(filters("$share/g/", count)));
        house.run();

        client.connection.lose();
        isBounded(count / Slices.SLICE);
        house.send(0, Hello.durable("c"));
        isBounded(count / Slices.SLICE);
    }

    @RepeatedTest(TIMES)
    void a_connection_that_is_lost_whose_groups_have_lent_it_all_that_they_may() {
        int groups = count(2_000, 200);
        PlainClient client = house.connect(0, Hello.durable("c").with(Property.RECEIVE_MAXIMUM, 65_535));
        client.send(subscribe(IntStream.range(0, groups)
                .mapToObj(i -> TopicFilter.of("$share/g" + i + "/t"))
                .toList()));
        house.run();
        for (int i = 0; i < 32; i++) {
            other.publish("t", "m", 1, 1 + i);
        }
        house.run();

        client.connection.lose();
        isBounded(1);
        PlainClient next = house.connect(0, Hello.v5("n")).acknowledge();
        next.send(subscribe(List.of(TopicFilter.of("$share/g0/t"))));
        assertThat(next.received()).hasSize(1 + 32);
    }

    @RepeatedTest(TIMES)
    void a_group_that_all_of_its_members_leave() {
        List<PlainClient> members = clients(2_000);
        members.forEach(each -> each.send(subscribe(List.of(TopicFilter.of("$share/g/t")))));
        isBounded(1);
        for (int i = 0; i < 1_000; i++) {
            other.publish("t", "m");
        }
        isBounded(1);

        members.forEach(each -> each.connection.lose());
        isBounded(1);
        assertThat(house.broker.groups().size()).isZero();
    }

    @RepeatedTest(TIMES)
    void messages_that_expired_before_anybody_could_take_them() {
        int count = count(50_000, 20_000);
        house.connect(0, Hello.durable("away")).subscribed("$share/g/t", 1).lose();
        Properties soon = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 1).build();
        house.connect(0, Hello.v5("p")).send(IntStream.range(0, count)
                .mapToObj(i -> publish("t", soon))
                .toArray(Packet[]::new));
        isBounded(2);
        house.nowMillis += 10_000;

        house.connect(0, Hello.v5("c")).send(subscribe(List.of(TopicFilter.of("$share/g/t"))));

        isBounded(1);
    }

    @RepeatedTest(TIMES)
    void all_subscriptions_are_looked_at_when_the_rules_change() {
        int clients = count(10, 1);
        int each = count(100_000, 20_000);
        clients(clients).forEach(client -> {
            client.send(subscribe(filters("r/", each)));
            house.run();
        });

        authorization.replace(List.of(table), false);

        isBounded(each / 1_000);
    }

    @RepeatedTest(TIMES)
    void what_was_queued_is_judged_by_other_rules_though_there_are_many_subscriptions() {
        PlainClient client = house.connect(0, Hello.durable("away"));
        client.send(subscribe(filters("q/", count(100_000, 10_000))));
        house.run();
        client.lose();
        for (int i = 0; i < 1_000; i++) {
            other.publish("q/" + i, "m", 1, 1 + i);
        }
        house.run();
        table.deny(Action.SUBSCRIBE, "q/7");
        authorization.replace(List.of(table), false);
        house.run();

        house.send(0, Hello.durable("away")).acknowledge();

        isBounded(1);
    }

    @RepeatedTest(TIMES)
    void all_clients_are_stopped() {
        List<PlainClient> clients = clients(count(100_000, 4_000));

        house.loop(0).execute(() -> house.broker.shard(0).stop(() -> { }));
        while (house.loop(0).step()) {
            assertThat(house.broker.shard(0).steps.longest()).isLessThan(STEPS_MAX);
        }

        assertThat(clients).allMatch(PlainClient::isClosed);
    }

    @RepeatedTest(TIMES)
    void all_sessions_end_at_once_with_what_waits_in_them() {
        int sessions = count(20_000, 2_000);
        for (int i = 0; i < sessions; i++) {
            house.connect(0, Hello.v5("c" + i).expirySeconds(60)).subscribed("q", 1).lose();
        }
        for (int i = 0; i < 100; i++) {
            other.publish("q", "m", 1, 1 + i);
        }
        house.run();
        house.nowMillis += 100_000;

        isBounded(sessions / 1_024);
        assertThat(house.broker.sessions()).isOne();
    }

    @RepeatedTest(TIMES)
    void all_clients_come_back_at_once_to_what_waits_for_them() {
        int sessions = count(5_000, 1_000);
        for (int i = 0; i < sessions; i++) {
            house.connect(0, Hello.durable("c" + i)).subscribed("q", 1).lose();
        }
        for (int i = 0; i < 100; i++) {
            other.publish("q", "m", 1, 1 + i);
        }
        house.run();
        List<PlainClient> back = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            back.add(house.openQuietly(0));
        }

        house.run();
        for (int i = 0; i < sessions; i++) {
            back.get(i).send(Hello.durable("c" + i).packet());
        }

        isBounded(sessions / 256);
        assertThat(back).allMatch(each -> each.received().size() == 1 + 100);
    }
}
