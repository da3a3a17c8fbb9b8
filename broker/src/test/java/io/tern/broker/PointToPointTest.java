package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Strictness;
import io.tern.wire.PointToPoint;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A message by `$p2p/{client identifier}/{topic}` goes to one client's session, and to nobody else.
class PointToPointTest {

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private static House ruledBy(Authorization authorization) {
        return new House(2, Options.DEFAULTS,
                new Security(Authenticator.anonymous(), EnhancedAuthenticator.none(), authorization, Defence.none(),
                        Control.NONE, event -> { }),
                ListenerRules.STANDARD);
    }

    private static void acked(PlainClient publisher, int qos) {
        if (qos == 1) {
            assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        } else if (qos == 2) {
            publisher.published2(7);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void it_arrives_at_the_qos_of_its_publisher_though_nothing_was_subscribed_to(int shard, int qos) {
        PlainClient all = house.connect(0, Hello.v5("all")).subscribed("#", 2).subscribed("+/+/+", 2);
        PlainClient receiver = house.connect(1, Hello.v311("pump")).acknowledge();
        PlainClient publisher = house.connect(shard, Hello.v5("p"));

        for (int round = 0; round < 2; round++) {
            publisher.publish("$p2p/pump/set/speed", "round " + round, qos, qos == 0 ? 0 : 7);
            acked(publisher, qos);

            Publish message = receiver.messages().getFirst();
            assertThat(PlainClient.text(message)).isEqualTo("round " + round);
            assertThat(message.topic().value()).isEqualTo("$p2p/pump/set/speed");
            assertThat(message.qos()).isEqualTo(qos);
        }
        all.nothing();
    }

    @Test
    void messages_of_one_read_stay_in_order() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.send(PlainClient.message("$p2p/r/t", "1", 0, 0), PlainClient.message("$p2p/r/t", "2", 1, 1),
                PlainClient.message("$p2p/r/t", "3", 2, 2), PlainClient.message("$p2p/r/t", "4", 0, 0));

        assertThat(receiver.payloads()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void it_waits_for_a_session_that_is_away_also_after_a_restart_of_the_broker() {
        house.connect(1, Hello.durable("r")).disconnect();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("$p2p/r/t", "dropped");
        assertThat(publisher.published("$p2p/r/t", "kept", 1)).isEqualTo(ReasonCode.SUCCESS);

        PlainClient receiver = house.connect(0, Hello.durable("r"));
        assertThat(receiver.connAck.sessionPresent()).isTrue();
        assertThat(receiver.acknowledge().payloads()).containsExactly("kept");
    }

    @Test
    void a_session_left_by_an_earlier_process_is_reached() {
        house.close();
        house = new House(2, (store, into) -> store.session(into, 5, "r", 3600));
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("$p2p/r/t", "kept", 1)).isEqualTo(ReasonCode.SUCCESS);

        assertThat(house.connect(1, Hello.durable("r")).acknowledge().payloads()).containsExactly("kept");
    }

    @Test
    void nobody_of_that_name_is_told_and_counted() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        PlainClient older = house.connect(1, Hello.v311("o"));

        assertThat(publisher.published("$p2p/nobody/t", "x", 1)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(older.published("$p2p/nobody/t", "x", 1)).isEqualTo(ReasonCode.SUCCESS);
        publisher.publish("$p2p/nobody/t", "x");
        house.run();

        assertThat(house.broker.count(Counters.Event.P2P_UNKNOWN)).isEqualTo(3);
    }

    @Test
    void the_next_session_of_that_client_is_reached_wherever_it_is() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int round = 0; round < 4; round++) {
            PlainClient receiver = house.connect(round % 2, Hello.v5("r")).acknowledge();
            assertThat(publisher.published("$p2p/r/t", "" + round, 1)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(receiver.payloads()).containsExactly("" + round);
            receiver.disconnect();
            assertThat(publisher.published("$p2p/r/t", "", 1)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        }
        assertThat(house.broker.index().subscriptions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$p2p/r", "$p2p/r/", "$p2p//t", "$p2p/%41/t", "$p2p/r/$SYS/t", "$p2p/r/$p2p/s/t"})
    void what_is_malformed_is_refused_with_words(String topic) {
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish(topic, "x", 1, 1);

        PubAck ack = publisher.next(PubAck.class);
        assertThat(ack.reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(ack.properties().string(Property.REASON_STRING)).isNotBlank();
    }

    @Test
    void identifiers_with_slashes_and_wildcards_are_reached() {
        String clientId = "a/b+c#d%2F";
        PlainClient receiver = house.connect(1, Hello.v5(clientId));

        house.connect(0, Hello.v5("p")).publish(PointToPoint.topic(clientId, "t").value(), "x");

        assertThat(receiver.payloads()).containsExactly("x");
    }

    @Test
    void it_is_retained_for_nobody() {
        house.connect(1, Hello.v5("r"));
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.send(PlainClient.retained("$p2p/r/t", "x", 1, 1));
        publisher.next(PubAck.class);

        assertThat(house.broker.retainedMessages()).isZero();
    }

    @Test
    void a_client_may_write_to_itself_and_subscribe_to_what_it_gets_anyway() {
        PlainClient client = house.connect(0, Hello.v5("me")).subscribed("$p2p/me/#", 1);

        client.publish("$p2p/me/t", "x");

        assertThat(client.payloads()).containsExactly("x");
        assertThat(client.unsubscribed("$p2p/me/#")).isEqualTo(ReasonCode.SUCCESS);
        client.publish("$p2p/me/t", "y");
        assertThat(client.payloads()).containsExactly("y");
    }

    @ParameterizedTest
    @CsvSource({
        "$p2p/other/#, NOT_AUTHORIZED",
        "$p2p/#, NOT_AUTHORIZED",
        "$p2p/+/t, NOT_AUTHORIZED",
        "$p2p/me/t, NOT_AUTHORIZED",
        "$share/g/$p2p/me/#, TOPIC_FILTER_INVALID"
    })
    void nobody_listens_to_what_others_are_sent(String filter, ReasonCode reason) {
        PlainClient client = house.connect(0, Hello.v5("me"));

        client.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), 1))));

        assertThat(client.next(SubAck.class).reasons()).containsExactly(reason);
    }

    @Test
    void a_will_may_go_to_one_client() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).acknowledge();

        house.connect(0, Hello.v5("w").will("$p2p/r/gone", "w")).lose();

        assertThat(receiver.payloads()).containsExactly("w");
    }

    @Test
    void the_receivers_rules_are_asked_about_each_message() {
        house.close();
        RuleTable table = new RuleTable().deny(Access.Action.RECEIVE, "$p2p/r/secret")
                .deny(Access.Action.PUBLISH, "$p2p/r/forbidden").deny(Access.Action.SUBSCRIBE, "$p2p/r/open");
        Authorization authorization = Authorization.of(List.of(table), false);
        house = ruledBy(authorization);
        PlainClient receiver = house.connect(1, Hello.durable("r")).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.published("$p2p/r/secret", "1", 1);
        assertThat(publisher.published("$p2p/r/forbidden", "2", 1)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        publisher.published("$p2p/r/open", "3", 1);

        assertThat(receiver.payloads()).containsExactly("3");
        assertThat(house.dropped(DropReason.NOT_AUTHORIZED)).isEqualTo(1);

        receiver.lose();
        publisher.published("$p2p/r/open", "4", 1);
        publisher.published("$p2p/r/later", "5", 1);
        authorization.replace(List.of(table.deny(Access.Action.RECEIVE, "$p2p/r/later")), false);
        assertThat(house.connect(1, Hello.durable("r")).acknowledge().payloads()).containsExactly("4");
    }

    @Test
    void what_no_rule_of_the_receiver_speaks_of_is_denied() {
        house.close();
        Authorizer publishersOnly = new Authorizer() {
            @Override
            public Decision decide(ClientInfo client, Access access) {
                return access.action() == Access.Action.PUBLISH ? Decision.ALLOW : Decision.NEXT;
            }

            @Override
            public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
                throw new AssertionError("nothing is fetched");
            }

            @Override
            public boolean mayDeny(ClientInfo client, String filter) {
                return false;
            }

            @Override
            public String explain(ClientInfo client, Access access) {
                return "publishers only";
            }
        };
        house = ruledBy(Authorization.of(List.of(publishersOnly), false));
        PlainClient receiver = house.connect(1, Hello.v5("r")).acknowledge();

        house.connect(0, Hello.v5("p")).published("$p2p/r/t", "1", 1);

        receiver.nothing();
    }

    @Test
    void a_message_of_the_server_itself_reaches_a_client_too() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).acknowledge();

        house.broker.publish(new Message(
                TopicName.of("$p2p/r/t"), new byte[] {'x'}, 1, false, Properties.NONE, null, Message.NEVER));

        assertThat(receiver.payloads()).containsExactly("x");
    }

    @Test
    void a_will_of_an_earlier_process_that_is_malformed_goes_to_nobody() {
        house.close();
        Will will = new Will(TopicName.of("$p2p/r"), new byte[] {'x'}, 1, false, Properties.NONE);
        house = new House(2, (store, into) -> store.session(into, 5, "w", null, 3600, will));
        house.connect(1, Hello.v5("r")).nothing();

        assertThat(house.connect(0, Hello.durable("w")).connAck.sessionPresent()).isTrue();
    }

    @Test
    void a_subscription_identifier_is_refused_where_it_would_not_come() {
        PlainClient client = house.connect(0, Hello.v5("me"));
        Properties identified = Properties.builder().subscriptionIdentifier(7).build();

        client.send(new Subscribe(1, identified, List.of(new Subscribe.Item(TopicFilter.of("$p2p/me/#"), 1))));

        assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_receiver_that_ends_while_it_is_looked_for_is_nobody() {
        PlainClient receiver = house.connect(1, Hello.v5("r"));
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("$p2p/r/t", "x", 1, 1);
        receiver.disconnect();

        assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(publisher.published("other", "y", 2)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void a_wills_retain_is_ignored_also_where_nothing_is_retained() {
        house.close();
        house = new House(2, Options.DEFAULTS, Security.of(Authenticator.anonymous(), EnhancedAuthenticator.none()),
                new ListenerRules(2, false, true, true, true, Strictness.ENFORCE, Strictness.ENFORCE,
                        Strictness.ENFORCE));
        PlainClient receiver = house.connect(1, Hello.v5("r")).acknowledge();

        house.connect(0, Hello.v5("w").will("$p2p/r/gone", "w", 1, true, Properties.NONE)).lose();

        assertThat(receiver.payloads()).containsExactly("w");
    }

    @Test
    void it_can_be_switched_off() {
        house.close();
        house = new House(2, Options.DEFAULTS.with(BrokerOptions.POINT_TO_POINT, false));
        house.connect(1, Hello.v5("r"));

        assertThat(house.connect(0, Hello.v5("p")).published("$p2p/r/t", "x", 1)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void an_answer_waits_until_a_durable_receiver_has_it_on_disk() {
        house.connect(1, Hello.durable("r")).disconnect();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.hold();

        publisher.publish("$p2p/r/t", "x", 1, 1);
        publisher.nothing();

        house.store.release();
        assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
}
