package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access.Action;
import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.options.Measures;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What was queued for a client that may not have it any more when its turn comes.
class WithdrawnRightsTest {

    private final RuleTable table = new RuleTable();
    private final Authorization authorization = Authorization.of(List.of(table), false);
    private Identity identity = Identity.of("test");
    private final Authenticator door = (client, password, answer) -> answer.accept(Verdict.allow(identity));
    private final House house = new House(
            2,
            Options.DEFAULTS,
            new Security(
                    door, EnhancedAuthenticator.none(), authorization, Defence.none(), Control.NONE, event -> { }),
            ListenerRules.STANDARD,
            new MemoryStore((store, into) -> { }));
    private final PlainClient publisher = house.connect(0, Hello.v5("p"));

    @AfterEach
    void close() {
        house.close();
    }

    private void withdraw(Action action, String topic) {
        table.deny(action, topic);
        authorization.replace(List.of(table), false);
        house.run();
    }

    private PlainClient back(String clientId) {
        return house.connect(1, Hello.durable(clientId));
    }

    @Test
    void what_was_queued_by_a_subscription_that_is_not_allowed_any_more_is_dropped_and_counted() {
        house.connect(1, Hello.durable("away")).subscribed("a", 2).subscribed("b", 2).lose();
        publisher.published("a", "1", 1);
        publisher.published("b", "2", 2);
        publisher.publish("b", "3", 2, 3);
        publisher.published2(3);

        withdraw(Action.SUBSCRIBE, "b");

        assertThat(back("away").acknowledge().payloads()).containsExactly("1");
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(2);
        assertThat(house.store.records(1)).contains("settled away 1", "settled away 2");
    }

    @Test
    void a_part_of_a_subscription_may_be_denied_while_its_messages_wait() {
        house.connect(1, Hello.durable("away")).subscribed("#", 1).lose();
        publisher.published("open", "1", 1);
        publisher.published("secret", "2", 2);

        withdraw(Action.RECEIVE, "secret");
        publisher.published("open", "3", 3);
        publisher.published("secret", "4", 4);

        assertThat(back("away").acknowledge().payloads()).containsExactly("1", "3");
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(2);
    }

    @Test
    void what_is_on_its_way_to_many_is_judged_again_for_those_whom_it_reaches_in_a_later_turn() {
        PlainClient gone = house.connect(1, Hello.v5("gone")).subscribed("t/#", 1).subscribed("t/a", 1);
        for (int i = 0; i < Measures.STANDARD.sliceSubscribers(); i++) {
            house.connect(1, Hello.v5("c" + i)).subscribed("t/#", 0);
        }
        publisher.publish("t/a", "x", 0, 0);
        house.loop(0).step();
        house.loop(1).step(); // Some have been found, and nobody has got it.
        assertThat(gone.arrivedWithoutRunning()).isEmpty();

        withdraw(Action.RECEIVE, "t/a");

        assertThat(gone.payloads()).isEmpty();
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(Measures.STANDARD.sliceSubscribers() + 1L);
    }

    @Test
    void who_is_connected_gets_nothing_of_it_either() {
        PlainClient slow = house.connect(1, Hello.durable("slow").with(Property.RECEIVE_MAXIMUM, 1));
        slow.subscribed("a", 1).subscribed("b", 1);
        publisher.published("a", "1", 1);
        publisher.published("b", "2", 2);
        publisher.published("a", "3", 3);
        Publish first = slow.next(Publish.class);

        withdraw(Action.SUBSCRIBE, "b");
        slow.puback(first.packetId());

        assertThat(slow.payloads()).containsExactly("3");
    }

    @Test
    @Spec("MQTT-2.2.1-4")
    void what_was_sent_once_is_not_sent_again_and_released_where_the_receiver_may_hold_its_identifier() {
        PlainClient gone = house.connect(1, Hello.durable("gone")).subscribed("a", 2);
        publisher.published("a", "1", 1);
        publisher.publish("a", "2", 2, 2);
        publisher.published2(2);
        assertThat(gone.payloads()).containsExactly("1", "2");
        gone.lose();

        withdraw(Action.SUBSCRIBE, "a");

        PlainClient again = back("gone");
        int identifier = again.next(PubRel.class).packetId();
        again.pubcomp(identifier);
        again.nothing();
    }

    @Test
    void what_a_subscription_still_grants_is_delivered_whatever_the_rules_say_of_the_topic_alone() {
        house.connect(1, Hello.durable("away")).subscribed("a/#", 1).lose();
        publisher.published("a/1", "1", 1);

        withdraw(Action.SUBSCRIBE, "a/1");

        assertThat(back("away").acknowledge().payloads()).containsExactly("1");
    }

    @Test
    void who_unsubscribed_still_gets_what_was_queued_before() {
        PlainClient client = house.connect(1, Hello.durable("c").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("a", 1);
        publisher.published("a", "1", 1);
        publisher.published("a", "2", 2);
        Publish first = client.next(Publish.class);
        client.unsubscribed("a");
        withdraw(Action.SUBSCRIBE, "b");

        client.puback(first.packetId());

        assertThat(client.payloads()).containsExactly("2");
    }

    @Test
    void rights_of_another_login_count_for_what_waits() {
        house.connect(1, Hello.durable("c")).subscribed("a", 1).subscribed("b", 1).lose();
        publisher.published("a", "1", 1);
        publisher.published("b", "2", 2);

        identity = identity.withRules(new RuleTable().deny(Action.SUBSCRIBE, "a"));

        assertThat(back("c").acknowledge().payloads()).containsExactly("2");
    }

    @Test
    void however_much_is_denied_what_is_allowed_comes_behind_it() {
        house.connect(1, Hello.durable("away")).subscribed("a", 1).subscribed("b", 1).lose();
        for (int i = 0; i < 1000; i++) {
            publisher.published("b", "no", 1);
        }
        publisher.published("a", "yes", 2);

        withdraw(Action.SUBSCRIBE, "b");

        assertThat(back("away").acknowledge().payloads()).containsExactly("yes");
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(1000);
    }

    private PlainClient subscribed(String clientId) {
        PlainClient client = house.connect(1, Hello.durable(clientId));
        client.send(new Subscribe(7, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("fetched"), 1))));
        house.run();
        answer(Decision.ALLOW);
        assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
        return client;
    }

    private void answer(Decision decision) {
        table.waiting.remove().accept(decision);
        house.run();
    }

    @Test
    void nothing_is_sent_before_the_answer_has_come_where_rules_have_to_be_fetched() {
        for (Decision answer : List.of(Decision.ALLOW, Decision.DENY)) {
            String clientId = "c " + answer;
            subscribed(clientId).lose();
            publisher.published("fetched", "1", 1);

            PlainClient again = back(clientId).acknowledge();
            publisher.published("fetched", "2", 2);
            publisher.publish("fetched", "3");
            again.nothing();
            answer(answer);

            List<String> expected = answer == Decision.ALLOW ? List.of("1", "2", "3") : List.of();
            assertThat(again.payloads()).containsExactlyInAnyOrderElementsOf(expected);
            again.lose();
        }
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(3);
    }

    @Test
    void an_answer_that_does_not_come_takes_nothing_away() {
        subscribed("c").lose();
        publisher.published("fetched", "1", 1);

        PlainClient unlucky = back("c");
        answer(Decision.UNKNOWN);
        unlucky.closedWith(ReasonCode.SERVER_BUSY);

        PlainClient lucky = back("c").acknowledge();
        answer(Decision.ALLOW);
        assertThat(lucky.payloads()).containsExactly("1");
        publisher.published("fetched", "2", 2);
        assertThat(lucky.payloads()).containsExactly("2");
    }

    @Test
    void a_late_answer_for_one_login_counts_for_no_other() {
        subscribed("c").lose();
        publisher.published("fetched", "1", 1);
        back("c").lose();
        PlainClient second = back("c").acknowledge();

        answer(Decision.ALLOW);
        second.nothing();
        answer(Decision.DENY);

        second.nothing();
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(1);
    }

    @Test
    void a_subscription_that_was_asked_for_under_other_rules_is_asked_for_again() {
        PlainClient client = house.connect(1, Hello.durable("c"));
        client.send(new Subscribe(7, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("fetched"), 1))));
        house.run();

        authorization.replace(List.of(table), false);
        house.run();
        answer(Decision.ALLOW);
        client.nothing();
        answer(Decision.DENY);

        assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
        client.send(new PingReq());
        client.next(PingResp.class);
    }

    @Test
    void few_questions_are_asked_at_the_same_time_however_many_sessions_there_are() {
        int sessions = 100;
        for (int i = 0; i < sessions; i++) {
            subscribed("c" + i).lose();
        }

        authorization.replace(List.of(table), false);
        house.run();

        for (int i = 0; i < sessions; i++) {
            assertThat(table.waiting).hasSizeBetween(1, 16);
            answer(i % 2 == 0 ? Decision.ALLOW : Decision.DENY);
        }
        assertThat(table.waiting).isEmpty();
        int delivered = 0;
        publisher.published("fetched", "x", 1);
        for (int i = 0; i < sessions; i++) {
            PlainClient each = back("c" + i).acknowledge();
            if (!table.waiting.isEmpty()) {
                answer(Decision.ALLOW);
            }
            delivered += each.payloads().size();
        }
        assertThat(delivered).isEqualTo(sessions / 2);
    }
}
