package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.watch.Counters;
import io.tern.wire.ConnAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that connects again, on the shard of its session or on another.
class TakeoverTest {

    /// Decides when the test says so.
    private static final class SlowAuthenticator implements Authenticator {
        final List<Consumer<Verdict>> waiting = new ArrayList<>();
        boolean slow;

        @Override
        public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
            if (slow) {
                waiting.add(answer);
            } else {
                answer.accept(Verdict.ANYBODY);
            }
        }
    }

    private final SlowAuthenticator authenticator = new SlowAuthenticator();
    private final House house = new House(3, Options.DEFAULTS, authenticator);

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-3.1.4-3", "MQTT-3.14.4-1"})
    void ends_the_older_connection_with_a_reason(int shard) {
        PlainClient old = house.connect(0, Hello.durable("c"));

        PlainClient fresh = house.connect(shard, Hello.durable("c"));

        old.closedWith(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(fresh.connAck.sessionPresent()).isTrue();
        assertThat(house.broker.sessions()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    @Spec("3.1.1:MQTT-3.1.4-2")
    void closes_an_older_connection_of_3_1_1_without_a_word(int shard) {
        PlainClient old = house.connect(0, Hello.v311("c").resume());

        PlainClient fresh = house.connect(shard, Hello.v311("c").resume());

        assertThat(old.isClosed()).isTrue();
        old.nothing();
        assertThat(fresh.connAck.sessionPresent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-3.1.2-5", "MQTT-3.2.2-3"})
    void goes_on_with_subscriptions_and_messages_wherever_the_client_arrives(int shard) {
        PlainClient old = house.connect(0, Hello.durable("c")).subscribed("a", 1);
        PlainClient publisher = house.connect(2, Hello.v5("p"));
        publisher.published("a", "1", 1);
        assertThat(old.payloads()).containsExactly("1");
        old.lose();
        publisher.published("a", "2", 2);

        PlainClient fresh = house.connect(shard, Hello.durable("c"));
        publisher.published("a", "3", 3);

        List<Publish> messages = fresh.messages();
        assertThat(messages).extracting(PlainClient::text).containsExactly("1", "2", "3");
        assertThat(messages).extracting(Publish::dup).containsExactly(true, false, false);
        assertThat(messages).extracting(Publish::packetId).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-3.1.2-4", "MQTT-3.2.2-2", "MQTT-3.1.4-4"})
    void begins_anew_with_clean_start(int shard) {
        house.connect(0, Hello.durable("c")).subscribed("a", 1).lose();
        PlainClient publisher = house.connect(2, Hello.v5("p"));
        publisher.published("a", "old", 1);

        PlainClient fresh = house.connect(shard, Hello.v5("c"));

        assertThat(fresh.connAck.sessionPresent()).isFalse();
        assertThat(publisher.published("a", "gone", 2)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        fresh.nothing();
        assertThat(house.broker.sessions()).isEqualTo(2);
        assertThat(house.broker.subscriptions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-3.1.2-6", "MQTT-3.2.2-3"})
    void finds_no_session_that_ended_with_its_connection(int shard) {
        PlainClient old = house.connect(0, Hello.v5("c").resume()).subscribed("a", 1);

        PlainClient fresh = house.connect(shard, Hello.v5("c").resume());

        old.closedWith(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(fresh.connAck.sessionPresent()).isFalse();
        assertThat(house.broker.subscriptions()).isZero();
        assertThat(house.broker.sessions()).isEqualTo(1);
    }

    @Test
    void many_at_once_from_all_shards_leave_one_connection_and_one_session() {
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            PlainClient client = house.open(i % 3);
            client.send((i % 2 == 0 ? Hello.durable("c") : Hello.v5("c")).packet());
            clients.add(client);
        }

        house.run();

        assertThat(clients).filteredOn(client -> !client.isClosed()).hasSize(1);
        assertThat(house.broker.sessions()).isEqualTo(1);
    }

    @Test
    void bytes_behind_connect_come_along_to_the_other_shard() {
        house.connect(0, Hello.durable("c")).lose();
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("#", 0);

        PlainClient fresh = house.open(2);
        fresh.send(
                Hello.durable("c").packet(),
                PlainClient.message("a", "1", 0, 0),
                PlainClient.message("a", "2", 0, 0));
        fresh.publish("a", "3");

        assertThat(fresh.next(ConnAck.class).sessionPresent()).isTrue();
        assertThat(watcher.payloads()).containsExactly("1", "2", "3");
        assertThat(fresh.connection.loop()).isSameAs(house.loop(0));
        assertThat(house.broker.count(Counters.Event.MOVED)).isEqualTo(1);
    }

    @Test
    void a_connection_that_breaks_while_it_moves_leaves_the_session_alone() {
        PlainClient old = house.connect(0, Hello.durable("c"));
        PlainClient fresh = house.open(1);
        fresh.send(Hello.durable("c").packet());
        house.loop(1).tasks();
        house.loop(1).turn();
        assertThat(fresh.connection.loop()).as("on its way").isSameAs(house.loop(0));

        fresh.connection.lose();
        house.run();

        assertThat(fresh.isClosed()).isTrue();
    }

    @Test
    void a_connect_that_was_authenticated_too_late_evicts_nobody() {
        house.connect(0, Hello.durable("c")).lose();
        authenticator.slow = true;
        PlainClient early = house.send(0, Hello.durable("c"));
        house.run();
        PlainClient late = house.send(1, Hello.durable("c"));
        house.run();
        assertThat(authenticator.waiting).hasSize(2);

        authenticator.waiting.get(1).accept(Verdict.ANYBODY);
        late.next(ConnAck.class);
        authenticator.waiting.get(0).accept(Verdict.ANYBODY);

        assertThat(early.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_BUSY);
        assertThat(early.isClosed()).isTrue();
        assertThat(late.isClosed()).isFalse();
    }

    @Test
    @Spec({"MQTT-3.2.2-7", "MQTT-3.1.4-2", "MQTT-3.1.4-6"})
    void who_is_refused_evicts_nobody_and_is_not_heard() {
        PlainClient old = house.connect(0, Hello.durable("c")).subscribed("#", 0);
        authenticator.slow = true;
        PlainClient stranger = house.open(1);
        stranger.send(Hello.v5("c").packet(), PlainClient.message("a", "x", 0, 0));
        house.run();

        authenticator.waiting.getFirst().accept(Verdict.deny(ReasonCode.NOT_AUTHORIZED, "not known"));

        assertThat(stranger.next(ConnAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(stranger.isClosed()).isTrue();
        assertThat(old.isClosed()).isFalse();
        old.nothing();
    }

    @Test
    void who_leaves_while_being_authenticated_has_no_session() {
        authenticator.slow = true;
        PlainClient client = house.send(0, Hello.durable("c"));
        house.run();

        client.lose();
        authenticator.waiting.getFirst().accept(Verdict.ANYBODY);
        house.run();

        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    void an_answer_of_the_authenticator_on_the_loop_itself_is_sent_at_once() {
        authenticator.slow = true;
        PlainClient client = house.send(0, Hello.v5("c"));
        house.run();

        house.loop(0).execute(() -> authenticator.waiting.getFirst().accept(Verdict.ANYBODY));

        assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    @Spec({"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"})
    void a_client_without_an_identifier_gets_one_of_its_own() {
        PlainClient first = house.connect(0, Hello.v5(""));
        PlainClient second = house.connect(0, Hello.v5(""));

        assertThat(first.connAck.properties().string(io.tern.wire.Property.ASSIGNED_CLIENT_IDENTIFIER))
                .isEqualTo("assigned-1");
        assertThat(second.connAck.properties().string(io.tern.wire.Property.ASSIGNED_CLIENT_IDENTIFIER))
                .isEqualTo("assigned-2");
        assertThat(first.isClosed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-3.2.2-8", "MQTT-3.2.0-1"})
    void of_a_connection_that_still_waits_for_connack_is_no_disconnect(int shard) {
        house.store.hold();
        PlainClient old = house.send(0, Hello.durable("c"));
        house.run();

        PlainClient fresh = house.send(shard, Hello.durable("c"));
        house.run();
        house.store.release();

        assertThat(old.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_BUSY);
        assertThat(old.isClosed()).isTrue();
        assertThat(fresh.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(fresh.isClosed()).isFalse();
    }

    @Test
    @Spec("MQTT-3.1.2-7")
    void a_connection_that_was_never_let_in_leaves_no_will() {
        PlainClient watcher = house.connect(1, Hello.v5("w")).subscribed("will", 0);
        house.store.hold();
        PlainClient old = house.send(0, Hello.durable("c").will("will", "of the old"));
        house.run();
        house.send(0, Hello.durable("c").will("will", "of the new"));
        house.run();
        house.store.release();

        assertThat(old.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_BUSY);
        watcher.nothing();
    }

    @Test
    void a_session_stays_where_it_is_until_it_ends_and_begins_where_the_next_client_arrives() {
        PlainClient first = house.connect(0, Hello.durable("c"));
        first.lose();
        PlainClient second = house.connect(1, Hello.durable("c"));
        assertThat(second.connection.loop()).isSameAs(house.loop(0));
        second.disconnect(0);
        assertThat(house.broker.sessions()).isZero();

        PlainClient third = house.connect(2, Hello.durable("c"));

        assertThat(third.connection.loop()).isSameAs(house.loop(2));
        assertThat(third.connAck.sessionPresent()).isFalse();
    }
}
