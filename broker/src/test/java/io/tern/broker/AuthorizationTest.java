package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access.Action;
import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.SecurityEvent;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.DefenceOptions;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may do what: at SUBSCRIBE, at PUBLISH, at delivery, for wills, and after the rules have changed.
class AuthorizationTest {

    private final RuleTable table = new RuleTable();
    private final Authorization authorization = Authorization.of(List.of(table), false);
    private final List<SecurityEvent> events = new ArrayList<>();
    private final Bans bans = new Bans();
    private Identity identity = Identity.of("test");
    private final Authenticator door = (client, password, answer) -> answer.accept(Verdict.allow(identity));
    private House house = house((store, into) -> { });

    private Defence defence() {
        return new Defence(DefenceOptions.limits(Options.DEFAULTS), bans, events::add);
    }

    private House house(BiConsumer<MemoryStore, Recovered> left) {
        return new House(
                2,
                Options.DEFAULTS,
                new Security(
                        door, EnhancedAuthenticator.none(), authorization, defence(), Control.NONE, events::add),
                ListenerRules.STANDARD,
                new MemoryStore(left));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static Subscribe subscribe(String... filters) {
        List<Subscribe.Item> items = new ArrayList<>();
        for (String filter : filters) {
            items.add(new Subscribe.Item(TopicFilter.of(filter), 1, false, false, 0));
        }
        return new Subscribe(7, Properties.NONE, items);
    }

    @Test
    void each_filter_gets_its_own_answer() {
        table.deny(Action.SUBSCRIBE, "secret/#");
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.send(subscribe("open", "secret/#", "$share/g/secret/#", "$share/g/open"));

        assertThat(client.next(SubAck.class).reasons()).containsExactly(
                ReasonCode.GRANTED_QOS_1,
                ReasonCode.NOT_AUTHORIZED,
                ReasonCode.NOT_AUTHORIZED,
                ReasonCode.GRANTED_QOS_1);
        assertThat(events).anyMatch(event -> event instanceof SecurityEvent.AccessDenied denied
                && denied.access().topic().equals("secret/#"));
    }

    @Test
    void a_message_to_a_forbidden_topic_is_answered_with_0x87_and_goes_nowhere() {
        table.deny(Action.PUBLISH, "secret");
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 1);
        PlainClient client = house.connect(0, Hello.v5("c"));

        assertThat(client.published("secret", "x", 1)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.publish("secret", "x");
        client.publish("secret", "x", 2, 2);
        assertThat(client.next(PubRec.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.publish("open", "y");

        assertThat(watcher.payloads()).containsExactly("y");
    }

    @Test
    void a_client_of_3_1_1_is_answered_as_if_it_had_been_taken() {
        table.deny(Action.PUBLISH, "secret");
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 1);
        PlainClient client = house.connect(0, Hello.v311("c"));

        client.publish("secret", "x", 1, 1);
        client.next(PubAck.class);
        client.publish("secret", "x", 2, 2);
        client.next(PubRec.class);
        client.send(new PubRel(2, ReasonCode.SUCCESS, Properties.NONE));
        client.next(PubComp.class);

        watcher.nothing();
    }

    @Test
    void a_forbidden_message_ends_the_connection_if_the_operator_wants_it() {
        authorization.replace(List.of(table.deny(Action.PUBLISH, "secret")), true);
        house.run();
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.publish("secret", "x");

        client.closedWith(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void who_goes_on_with_a_topic_asks_no_more_until_the_rules_change() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        client.publish("a", "1");
        house.run();
        int before = table.asked;

        client.publish("a", "2");
        client.publish("a", "3");
        house.run();
        assertThat(table.asked).isEqualTo(before);

        table.deny(Action.PUBLISH, "a");
        authorization.replace(List.of(table), false);
        assertThat(client.published("a", "4", 1)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_decision_that_takes_time_keeps_the_order_of_packets() {
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 0);
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.publish("slow/1", "1");
        client.publish("b", "2");
        client.send(PingReq.INSTANCE);
        client.nothing();
        watcher.nothing();
        table.waiting.poll().accept(Decision.ALLOW);
        client.next(PingResp.class);
        assertThat(watcher.payloads()).containsExactly("1", "2");

        client.send(subscribe("slow/#", "c"));
        client.send(PingReq.INSTANCE);
        client.nothing();
        table.waiting.poll().accept(Decision.DENY);
        assertThat(client.next(SubAck.class).reasons())
                .containsExactly(ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_1);
        client.next(PingResp.class);
    }

    /// What was withdrawn meanwhile is not given by who answers late.
    @Test
    void an_answer_of_rules_that_hold_no_more_counts_for_nothing() {
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 0);
        PlainClient client = house.connect(0, Hello.v5("c"));
        PlainClient leaving = house.send(0, Hello.v5("d").will("slow/will", "gone"));
        house.run();
        table.waiting.poll().accept(Decision.ALLOW);
        leaving.next(ConnAck.class);
        leaving.lose();
        client.publish("slow/1", "1", 1, 1);
        client.send(subscribe("slow/#"));
        house.run();
        assertThat(table.waiting).hasSize(2);

        RuleTable later = new RuleTable();
        authorization.replace(List.of(later), false);
        table.waiting.poll().accept(Decision.ALLOW);
        table.waiting.poll().accept(Decision.ALLOW);
        house.run();

        watcher.nothing();
        assertThat(later.waiting).as("asked anew").hasSize(2);
        later.waiting.poll().accept(Decision.DENY);
        later.waiting.poll().accept(Decision.DENY);
        house.run();
        assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        later.waiting.poll().accept(Decision.DENY);
        assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
        watcher.nothing();
    }

    @Test
    void who_is_asked_about_while_all_rules_go_may_do_everything() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        client.publish("slow/1", "1", 1, 1);
        house.run();
        authorization.clear();
        table.waiting.poll().accept(Decision.DENY);
        assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    /// As a service may take its time over the will that he wants to leave.
    @Test
    void who_is_banned_while_his_will_is_asked_about_does_not_come_in() {
        PlainClient evil = house.send(0, Hello.v5("evil").will("slow/will", "gone"));
        house.run();
        bans.add(new Ban(Ban.Kind.CLIENT, "evil", "test", "", 0, Ban.FOR_EVER));
        table.waiting.poll().accept(Decision.ALLOW);
        assertThat(evil.next(ConnAck.class).reason()).isEqualTo(ReasonCode.BANNED);
    }

    @Test
    void a_part_of_a_subscription_that_is_denied_is_not_delivered_live_or_retained() {
        table.deny(Action.RECEIVE, "a/secret");
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.retain("a/secret", "kept");
        publisher.retain("a/open", "old");
        PlainClient one = house.connect(1, Hello.v5("one")).subscribed("a/#", 1);
        assertThat(one.payloads()).containsExactly("old");
        PlainClient two = house.connect(0, Hello.v5("two")).subscribed("a/#", 1);
        two.payloads();
        two.subscribed("a/+", 1).payloads();

        publisher.publish("a/secret", "x");
        publisher.publish("a/open", "y");

        assertThat(one.payloads()).containsExactly("y");
        assertThat(two.payloads()).containsExactly("y");
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(6);
        one.send(subscribe("$share/g/a/#"));
        assertThat(one.next(SubAck.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_change_of_rules_ends_what_is_not_allowed_any_more_for_who_is_away_too() {
        PlainClient here = house.connect(0, Hello.v5("here")).subscribed("a", 1).subscribed("b", 1);
        PlainClient away = house.connect(1, Hello.durable("away")).subscribed("a", 1).subscribed("b", 1);
        away.lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.published("a", "1", 1);
        assertThat(here.payloads()).containsExactly("1");

        table.deny(Action.SUBSCRIBE, "a");
        authorization.replace(List.of(table), false);
        house.run();
        publisher.published("a", "2", 2);
        publisher.published("b", "3", 3);

        assertThat(here.payloads()).containsExactly("3");
        assertThat(house.connect(1, Hello.durable("away")).payloads()).containsExactly("3");
    }

    @Test
    void a_will_is_judged_at_connect_and_when_it_is_sent() {
        table.deny(Action.PUBLISH, "secret");
        PlainClient refused = house.send(0, Hello.v5("c").will("secret", "gone"));
        assertThat(refused.next(ConnAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 0);
        PlainClient client = house.connect(0, Hello.v5("c").will("b", "gone"));
        PlainClient slow = house.connect(0, Hello.v5("d").will("c", "gone too"));
        table.deny(Action.PUBLISH, "b");
        client.lose();
        slow.lose();

        assertThat(watcher.payloads()).containsExactly("gone too");
    }

    @Test
    void nobody_asks_about_the_will_of_a_client_that_has_gone_while_it_waited() {
        for (int i = 0; i < 32; i++) {
            house.send(0, Hello.v5("c" + i).will("slow/" + i, "gone"));
        }
        house.run();
        assertThat(table.waiting).hasSize(32);
        for (int i = 0; i < 1_000; i++) {
            house.send(0, Hello.v5("impatient").will("slow/x", "gone")).lose();
        }
        PlainClient last = house.send(0, Hello.v5("last").will("slow/last", "gone"));
        house.run();
        int asked = table.asked;

        table.waiting.poll().accept(Decision.ALLOW);
        house.run();

        assertThat(table.asked).isEqualTo(asked + 1);
        assertThat(table.waiting).hasSize(32);
        table.waiting.pollLast().accept(Decision.ALLOW);
        house.run();
        assertThat(last.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_will_that_may_not_be_sent_any_more_keeps_no_session_waiting() {
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 0);
        PlainClient client = house.connect(0, Hello.durable("c").will("b", "gone"));
        PlainClient ending = house.send(0, Hello.durable("d").will("slow", "gone too"));
        house.run();
        table.waiting.poll().accept(Decision.ALLOW);
        ending.next(ConnAck.class);
        table.deny(Action.PUBLISH, "b");
        client.lose();
        ending.lose();

        assertThat(house.connect(0, Hello.durable("c")).connAck.sessionPresent()).isTrue();
        PlainClient fresh = house.send(0, Hello.v5("d"));
        table.waiting.forEach(answer -> answer.accept(Decision.DENY));
        assertThat(fresh.next(ConnAck.class).sessionPresent()).isFalse();
        watcher.nothing();
    }

    @Test
    void a_session_of_one_user_is_not_given_to_another() {
        identity = Identity.of("test").withUserName("ann");
        PlainClient ann = house.connect(0, Hello.durable("c")).subscribed("a", 1);
        ann.lose();
        house.connect(0, Hello.v5("p")).published("a", "for ann", 1);
        identity = Identity.of("test").withUserName("bob");

        PlainClient bob = house.connect(1, Hello.durable("c"));

        assertThat(bob.connAck.sessionPresent()).isFalse();
        bob.nothing();
        assertThat(house.store.owners).containsEntry("c", Owner.of("bob"));
    }

    @Test
    void a_session_of_one_user_is_not_given_to_another_by_a_restart() {
        house = house((store, into) -> {
            store.session(into, 1, "ann's", Owner.of("ann"), 100);
            store.session(into, 2, "bob's", Owner.of("bob"), 100);
            store.session(into, 3, "nobody's", Owner.of(null), 100);
            store.session(into, 4, "anybody's", null, 100);
        });
        identity = Identity.of("test").withUserName("bob");

        assertThat(house.connect(0, Hello.durable("ann's")).connAck.sessionPresent()).isFalse();
        assertThat(house.connect(1, Hello.durable("bob's")).connAck.sessionPresent()).isTrue();
        assertThat(house.connect(0, Hello.durable("nobody's")).connAck.sessionPresent()).isFalse();
        PlainClient first = house.connect(1, Hello.durable("anybody's"));
        assertThat(first.connAck.sessionPresent()).isTrue();
        first.lose();
        identity = Identity.of("test").withUserName("ann");
        assertThat(house.connect(1, Hello.durable("anybody's")).connAck.sessionPresent()).isFalse();
    }

    @Test
    void an_identity_brings_a_client_id_an_end_and_rules_of_its_own() {
        RuleTable own = new RuleTable().deny(Action.PUBLISH, "a");
        identity = Identity.of("test")
                .withClientId("other")
                .withExpiry(house.nowMillis + 60_000)
                .withRules(own);
        PlainClient client = house.connect(0, Hello.v5(""));
        assertThat(client.connAck.properties()
                        .string(io.tern.wire.Property.ASSIGNED_CLIENT_IDENTIFIER))
                .isEqualTo("other");
        assertThat(client.published("a", "x", 1)).isEqualTo(ReasonCode.NOT_AUTHORIZED);

        house.advanceSeconds(59);
        assertThat(client.isClosed()).isFalse();
        house.advanceSeconds(2);

        client.closedWith(ReasonCode.MAXIMUM_CONNECT_TIME);
    }

    /// A token says when it ends in the terms of the machine's clock, which may have been set since the start.
    @ParameterizedTest
    @ValueSource(longs = {-3_600_000, 0, 9_000 * 24 * 3_600_000L})
    void an_identity_ends_by_the_machines_clock(long machineAheadMillis) {
        house.machineAheadMillis = machineAheadMillis;
        identity = Identity.of("test").withExpiry(house.nowMillis + machineAheadMillis + 60_000);
        PlainClient client = house.connect(0, Hello.v5("c"));

        house.advanceSeconds(59);
        assertThat(client.isClosed()).isFalse();
        house.advanceSeconds(2);

        client.closedWith(ReasonCode.MAXIMUM_CONNECT_TIME);
    }

    @Test
    void a_superuser_may_do_everything() {
        identity = Identity.of("test").withSuperuser(true);
        table.deny(Action.PUBLISH, "a").deny(Action.SUBSCRIBE, "a");
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed("a", 0);

        client.publish("a", "x");

        assertThat(client.payloads()).containsExactly("x");
    }
}
