package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.DefenceOptions;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What a broker does with those that its defence does not put up with.
class DefenceInBrokerTest {

    private final Bans bans = new Bans();
    private final List<SecurityEvent> events = new ArrayList<>();
    private final Authenticator door = (client, password, answer) -> {
        if ("deep".equals(client.userName())) {
            throw new StackOverflowError("on purpose");
        }
        answer.accept("right".equals(client.userName())
                ? Verdict.allow(Identity.of("test").withUserName("right"))
                : Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong"));
    };

    private Defence defence;

    private House house(String... keysAndTexts) {
        Options built = options(keysAndTexts);
        defence = new Defence(DefenceOptions.limits(built), bans, events::add);
        return new House(2, built, new Security(door, EnhancedAuthenticator.none(), new Authorization(), defence,
                Control.NONE, events::add), ListenerRules.STANDARD);
    }

    private static Options options(String... keysAndTexts) {
        Options.Builder options = Options.builder();
        List<io.tern.api.Option<?>> declared = new ArrayList<>(DefenceOptions.all());
        declared.addAll(BrokerOptions.all());
        for (int i = 0; i < keysAndTexts.length; i += 2) {
            String key = keysAndTexts[i];
            options.parse(declared.stream().filter(each -> each.key().equals(key)).findFirst().orElseThrow(),
                    keysAndTexts[i + 1]);
        }
        return options.build();
    }

    private static ReasonCode login(House house, String id, String user) {
        PlainClient client = house.send(0, Hello.v5(id).user(user));
        ReasonCode reason = client.next(ConnAck.class).reason();
        client.lose();
        house.run();
        return reason;
    }

    @Test
    void a_run_of_guesses_is_stopped_and_ends_when_the_right_name_comes_in_time() {
        try (House house = house()) {
            for (int i = 0; i < 4; i++) {
                assertThat(login(house, "c", "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
            assertThat(login(house, "c", "wrong")).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
            assertThat(login(house, "c", "right")).isEqualTo(ReasonCode.SUCCESS);
            house.advanceSeconds(2);
            assertThat(login(house, "c", "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(events).filteredOn(SecurityEvent.LoginRefused.class::isInstance).hasSize(6);
        }
    }

    @Test
    void an_error_met_while_a_login_is_judged_ends_that_client_only() {
        House house = house(); // Not closed: it would say that there was a bug.
        PlainClient bad = house.open(0);
        PlainClient good = house.open(0);
        bad.send(Hello.v5("bad").user("deep").packet());
        good.send(Hello.v5("good").user("right").packet());

        assertThat(good.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(bad.isClosed()).isTrue();
    }

    @Test
    void the_banned_are_told_so_and_who_is_connected_can_be_closed() {
        try (House house = house()) {
            PlainClient client = house.connect(0, Hello.v5("evil").user("right"));
            PlainClient other = house.connect(1, Hello.v5("good").user("right"));
            Ban ban = new Ban(Ban.Kind.CLIENT, "evil", "test", "", 0, Ban.FOR_EVER);
            bans.add(ban);

            house.broker.disconnect(each -> bans.of(each, house.nowMillis) != null, ReasonCode.ADMINISTRATIVE_ACTION);
            client.closedWith(ReasonCode.ADMINISTRATIVE_ACTION);
            assertThat(other.isClosed()).isFalse();
            assertThat(login(house, "evil", "right")).isEqualTo(ReasonCode.BANNED);
        }
    }

    @Test
    void one_user_has_so_many_connections_only() {
        try (House house = house("defence.connections_per_user", "1")) {
            PlainClient first = house.connect(0, Hello.v5("a").user("right"));
            assertThat(login(house, "b", "right")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            house.connect(1, Hello.v5("a").user("right")).lose();
            house.run();
            assertThat(first.isClosed()).isTrue();
            assertThat(login(house, "b", "right")).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void who_publishes_too_fast_is_read_more_slowly_and_loses_nothing() {
        try (House house = house("defence.publishes_per_second", "10")) {
            PlainClient watcher = house.connect(1, Hello.v5("w").user("right")).subscribed("#", 0);
            PlainClient client = house.connect(0, Hello.v5("c").user("right").keepAliveSeconds(1));
            for (int i = 0; i < 31; i++) {
                client.publish("a", "" + i);
            }
            client.send(PingReq.INSTANCE);
            house.run();
            assertThat(watcher.payloads().size()).isBetween(9, 11);
            client.nothing();
            house.advanceSeconds(1);
            client.nothing();

            house.advanceSeconds(3);

            assertThat(client.next(PingResp.class)).isNotNull();
            assertThat(watcher.payloads()).last().isEqualTo("30");
            assertThat(house.broker.count(Counters.Event.THROTTLED)).isPositive();
        }
    }

    @Test
    void limits_of_publishing_may_change_while_clients_publish() {
        try (House house = house("defence.publishes_per_second", "10")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            client.send(messages(1000, 1, 1));
            assertThat(client.received()).hasSizeBetween(9, 11);

            defence.replace(DefenceOptions.limits(options()));
            assertThat(client.received()).hasSizeBetween(989, 991);

            defence.replace(DefenceOptions.limits(
                    options("defence.publishes_per_second", "5", "defence.publish_excess", "refuse")));
            house.run();
            client.send(messages(8, 1, 1));
            assertThat(client.received()).extracting(ack -> ((PubAck) ack).reason())
                    .filteredOn(ReasonCode.QUOTA_EXCEEDED::equals).hasSize(3);
        }
    }

    private static Packet[] messages(int count, int qos, int firstPacketId) {
        Packet[] packets = new Packet[count];
        for (int i = 0; i < count; i++) {
            packets[i] = PlainClient.message("a", "" + i, qos, qos == 0 ? 0 : firstPacketId + i);
        }
        return packets;
    }

    @Test
    void what_is_published_too_fast_is_refused_where_that_is_set() {
        try (House house = house("defence.publishes_per_second", "10", "defence.publish_excess", "refuse")) {
            PlainClient watcher = house.connect(1, Hello.v5("w").user("right")).subscribed("#", 0);
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));

            client.send(messages(15, 1, 1));

            for (int i = 1; i <= 15; i++) {
                PubAck ack = client.next(PubAck.class);
                assertThat(ack.packetId()).isEqualTo(i);
                assertThat(ack.reason()).isEqualTo(i <= 10 ? ReasonCode.SUCCESS : ReasonCode.QUOTA_EXCEEDED);
            }
            client.send(messages(5, 0, 0));
            client.send(PingReq.INSTANCE);
            client.next(PingResp.class);
            assertThat(watcher.payloads()).hasSize(10).last().isEqualTo("9");
            assertThat(house.broker.count(Counters.Event.OVER_RATE)).isEqualTo(10);
            assertThat(house.broker.count(Counters.Event.THROTTLED)).isZero();

            house.advanceMillis(500);
            client.send(messages(10, 1, 100));
            assertThat(client.received()).extracting(ack -> ((PubAck) ack).reason())
                    .startsWith(Collections.nCopies(5, ReasonCode.SUCCESS).toArray(ReasonCode[]::new))
                    .endsWith(Collections.nCopies(5, ReasonCode.QUOTA_EXCEEDED).toArray(ReasonCode[]::new));
        }
    }

    @Test
    void a_repeat_of_what_was_taken_is_not_refused_and_a_refused_identifier_means_nothing() {
        try (House house = house("defence.publishes_per_second", "2", "defence.publish_excess", "refuse")) {
            PlainClient watcher = house.connect(1, Hello.v5("w").user("right")).subscribed("#", 0);
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));

            client.send(messages(3, 2, 1));
            client.send(messages(1, 2, 1));
            assertThat(client.received()).extracting(ack -> ((PubRec) ack).packetId() + " " + ((PubRec) ack).reason())
                    .containsExactly("1 SUCCESS", "2 SUCCESS", "3 QUOTA_EXCEEDED", "1 SUCCESS");
            client.send(new PubRel(3, ReasonCode.SUCCESS, Properties.NONE));
            assertThat(client.next(PubComp.class).reason()).isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            assertThat(watcher.payloads()).containsExactly("0", "1");
        }
    }

    @Test
    void a_listeners_rate_is_refused_to_all_its_clients_and_a_3_x_client_is_read_more_slowly() {
        try (House house = house("defence.listener_publishes_per_second", "20", "defence.publish_excess", "refuse")) {
            PlainClient first = house.connect(0, Hello.v5("a").user("right"));
            PlainClient second = house.connect(0, Hello.v5("b").user("right"));
            first.send(messages(20, 1, 1)); // All of it, on whatever shard.
            assertThat(first.received()).extracting(ack -> ((PubAck) ack).reason())
                    .containsOnly(ReasonCode.NO_MATCHING_SUBSCRIBERS);

            second.send(messages(1, 1, 1));
            assertThat(second.next(PubAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);

            PlainClient old = house.connect(1, Hello.v311("old").user("right"));
            house.advanceSeconds(1);
            old.send(messages(50, 1, 1));
            assertThat(old.received()).hasSizeBetween(19, 22);
            house.advanceSeconds(3);
            assertThat(old.received()).extracting(ack -> ((PubAck) ack).reason()).hasSizeBetween(28, 31)
                    .containsOnly(ReasonCode.SUCCESS);
            assertThat(house.broker.count(Counters.Event.THROTTLED)).isPositive();
        }
    }

    @Test
    void bytes_a_second_are_refused_likewise() {
        try (House house = house("defence.publish_bytes_per_second", "1000", "defence.publish_excess", "refuse")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            client.publish("a", "x".repeat(999), 1, 1);
            client.publish("a", "x", 1, 2);
            assertThat(client.received()).extracting(ack -> ((PubAck) ack).reason())
                    .containsExactly(ReasonCode.NO_MATCHING_SUBSCRIBERS, ReasonCode.QUOTA_EXCEEDED);
            house.advanceMillis(10);
            client.publish("a", "x", 1, 3);
            assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        }
    }

    @Test
    void properties_are_bytes_like_those_of_the_payload() {
        try (House house = house("defence.publish_bytes_per_second", "1000", "defence.publish_excess", "refuse")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            Properties large = Properties.builder().user("name", "x".repeat(60_000)).build();
            client.send(new Publish(false, 1, false, TopicName.of("a"), 1, large, new byte[0]));
            client.publish("a", "x", 1, 2);
            assertThat(client.received()).extracting(ack -> ((PubAck) ack).reason())
                    .containsExactly(ReasonCode.NO_MATCHING_SUBSCRIBERS, ReasonCode.QUOTA_EXCEEDED);
            house.advanceSeconds(50);
            client.publish("a", "x", 1, 3);
            assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        }
    }

    @Test
    void a_verdict_about_somebody_who_has_gone_does_nothing() {
        List<Consumer<Verdict>> waiting = new ArrayList<>();
        Options built = options("defence.connections_per_user", "1", "defence.failed_logins.per_address", "1");
        defence = new Defence(DefenceOptions.limits(built), bans, events::add);
        Authenticator slow = (client, password, answer) -> waiting.add(answer);
        try (House house = new House(2, built, new Security(slow, EnhancedAuthenticator.none(), new Authorization(),
                defence, Control.NONE, events::add), ListenerRules.STANDARD)) {
            for (int i = 0; i < 5; i++) {
                PlainClient gone = house.send(0, Hello.v5("gone" + i).user("ann"));
                house.run();
                Answer answer = (Answer) waiting.removeLast();
                assertThat(answer.wanted()).isTrue();
                gone.lose();
                house.run();
                assertThat(answer.wanted()).isFalse();
                answer.accept(i % 2 == 0
                        ? Verdict.allow(Identity.of("test").withUserName("ann"))
                        : Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong"));
                house.run();
            }
            PlainClient ann = house.send(1, Hello.v5("here").user("ann"));
            house.run();
            waiting.removeLast().accept(Verdict.allow(Identity.of("test").withUserName("ann")));
            assertThat(ann.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(bans.list(house.nowMillis)).isEmpty();

            PlainClient banned = house.send(1, Hello.v5("banned").user("bob"));
            house.run();
            bans.add(new Ban(Ban.Kind.USER, "bob", "test", "", 0, Ban.FOR_EVER));
            assertThat(((Answer) waiting.getLast()).wanted()).isFalse();
            waiting.removeLast().accept(Verdict.allow(Identity.of("test").withUserName("bob")));
            assertThat(banned.next(ConnAck.class).reason()).isEqualTo(ReasonCode.BANNED);
        }
    }

    @Test
    void subscriptions_and_wildcards_are_limited() {
        try (House house = house("limits.subscriptions", "2", "limits.filter_wildcards", "2")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            List<Subscribe.Item> items = new ArrayList<>();
            for (String filter : List.of("+/+/#", "a", "b/+/#", "c", "a")) {
                items.add(new Subscribe.Item(TopicFilter.of(filter), 0, false, false, 0));
            }

            client.send(new Subscribe(7, Properties.NONE, items));

            assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID,
                    ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED, ReasonCode.SUCCESS);
        }
    }

    @Test
    void retained_messages_are_limited_in_number() {
        try (House house = house("limits.retained_messages", "2")) {
            PlainClient client = house.connect(0, Hello.v5("c").user("right"));
            client.retain("a", "1");
            client.retain("b", "1");
            client.retain("c", "1");
            client.retain("a", "2");
            house.run();

            assertThat(house.broker.retainedMessages()).isEqualTo(2);
            assertThat(house.connect(1, Hello.v5("w").user("right")).subscribed("#", 0).payloads())
                    .containsExactlyInAnyOrder("2", "1");
        }
    }
}
