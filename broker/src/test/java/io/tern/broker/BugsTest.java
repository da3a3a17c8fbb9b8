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
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.index.Subscriber;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.PubAck;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mistakes of ours, or of somebody who is plugged in, end one client's connection and nothing else.
class BugsTest {

    private static void nothingElseIsBroken(House house) {
        assertThat(house.broker.count(Counters.Event.BUGS)).isPositive();
        PlainClient subscriber = house.connect(1, Hello.v5("after-s")).subscribed("after", 1);
        PlainClient publisher = house.connect(0, Hello.v5("after-p"));
        assertThat(publisher.published("after", "x", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(subscriber.payloads()).containsExactly("x");
    }

    @Test
    void an_authenticator_that_throws_refuses_its_client() {
        House house = new House(2, Options.DEFAULTS, (client, password, answer) -> {
            if (client.clientId().equals("victim")) {
                throw new IllegalStateException("broken on purpose");
            }
            answer.accept(Verdict.ANYBODY);
        });

        PlainClient victim = house.send(0, Hello.v5("victim"));

        assertThat(victim.next(ConnAck.class).reason()).isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        assertThat(victim.isClosed()).isTrue();
        nothingElseIsBroken(house);
    }

    @Test
    void a_receiver_that_can_not_be_written_to_is_closed_and_the_others_get_the_message() {
        House house = new House(2);
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(house.connect(1, Hello.durable("c" + i)).subscribed("a", 1));
        }
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        PlainClient victim = clients.remove(4);
        victim.connection.broken(true);

        publisher.publish("a", "x", 1, 1);

        publisher.next(PubAck.class);
        clients.forEach(client -> assertThat(client.payloads()).containsExactly("x"));
        assertThat(victim.isClosed()).isTrue();
        nothingElseIsBroken(house);
    }

    @Test
    void a_receiver_that_breaks_between_write_and_flush_takes_nobody_with_it() {
        House house = new House(2);
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(house.connect(1, Hello.v5("c" + i)).subscribed("a", 0));
        }
        PlainClient victim = clients.remove(4);
        MemoryConnection connection = victim.connection;
        connection.breaksAtFlush();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("a", "x");

        clients.forEach(client -> assertThat(client.payloads()).containsExactly("x"));
        assertThat(victim.isClosed()).isTrue();
        nothingElseIsBroken(house);
    }

    @Test
    void its_session_can_be_resumed_afterwards() {
        House house = new House(2);
        PlainClient victim = house.connect(1, Hello.durable("victim")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        victim.connection.broken(true);
        publisher.publish("a", "x", 1, 1);
        publisher.next(PubAck.class);

        PlainClient back = house.connect(0, Hello.durable("victim"));

        assertThat(back.connAck.sessionPresent()).isTrue();
        assertThat(back.payloads()).containsExactly("x");
        nothingElseIsBroken(house);
    }

    @Test
    void a_taken_over_connection_that_can_not_be_told_so_does_not_keep_its_successor_out() {
        House house = new House(2);
        PlainClient old = house.connect(0, Hello.durable("c"));
        old.connection.broken(true);

        house.send(0, Hello.durable("c"));
        house.run();
        PlainClient third = house.connect(1, Hello.durable("c"));

        assertThat(third.connAck.sessionPresent()).isTrue();
        nothingElseIsBroken(house);
    }

    @Test
    void a_timer_of_a_client_that_can_not_be_written_to_stops_nobodys_timers() {
        House house = new House(2);
        PlainClient victim = house.connect(0, Hello.v5("victim").keepAliveSeconds(10));
        PlainClient other = house.connect(0, Hello.v5("other").keepAliveSeconds(10));
        PlainClient watcher = house.connect(1, Hello.v5("watcher")).subscribed("will", 0);
        house.connect(0, Hello.v5("w").expirySeconds(15).will("will", "gone", 15)).lose();
        victim.connection.broken(true);

        house.advanceSeconds(20);

        other.closedWith(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(victim.isClosed()).isTrue();
        assertThat(watcher.payloads()).containsExactly("gone");
        nothingElseIsBroken(house);
    }

    private static House withRules(Authorizer rules) {
        return withRules(Authorization.of(List.of(rules), true));
    }

    private static House withRules(Authorization authorization) {
        Security security = new Security(
                Authenticator.anonymous(),
                EnhancedAuthenticator.none(),
                authorization,
                Defence.none(),
                Control.NONE,
                event -> { });
        return new House(2, Options.DEFAULTS, security, ListenerRules.STANDARD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void rules_that_throw_about_one_receiver_leave_its_publisher_and_the_others_what_is_theirs(int publishersShard) {
        for (Throwable thrown : List.of(new IllegalStateException("on purpose"), new StackOverflowError())) {
            House house = withRules(new BrokenRules("victim", thrown));
            PlainClient before = house.connect(1, Hello.durable("before")).subscribed("a/#", 1);
            PlainClient victim = house.connect(1, Hello.durable("victim")).subscribed("a/#", 1);
            PlainClient behind = house.connect(1, Hello.durable("behind")).subscribed("a/#", 1);
            PlainClient publisher = house.connect(publishersShard, Hello.v5("p"));

            assertThat(publisher.published("a/b", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(publisher.published("a/b", "2", 2)).isEqualTo(ReasonCode.SUCCESS);

            assertThat(before.payloads()).containsExactly("1", "2");
            assertThat(behind.payloads()).containsExactly("1", "2");
            assertThat(victim.isClosed()).isTrue();
            nothingElseIsBroken(house);
        }
    }

    /// What waited is judged again when its receiver is let in, and that may be when the journal is behind no more.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rules_that_throw_about_what_has_waited_close_its_receiver(boolean behind) {
        Authorization authorization = Authorization.of(List.of(new BrokenRules("nobody", null)), true);
        House house = withRules(authorization);
        house.connect(1, Hello.durable("victim")).subscribed("a", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        authorization.replace(
                List.of(new BrokenRules("victim", new LinkageError("on purpose"), Access.Action.SUBSCRIBE)), true);
        if (behind) {
            house.store.hold();
        }

        PlainClient victim = house.send(1, Hello.durable("victim"));
        house.store.release();
        house.run();

        assertThat(victim.isClosed()).isTrue();
        nothingElseIsBroken(house);
    }

    @Test
    void rules_that_throw_about_the_only_receiver_leave_its_publisher_its_answer() {
        House house = withRules(new BrokenRules("victim", new LinkageError("on purpose")));
        PlainClient victim = house.connect(1, Hello.durable("victim")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(publisher.published("a", "2", 2)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(victim.isClosed()).isTrue();
        nothingElseIsBroken(house);
    }

    @Test
    void rules_that_throw_where_several_filters_match_leave_the_others_what_is_theirs() {
        House house = withRules(new BrokenRules("victim", new IllegalStateException("on purpose")));
        PlainClient victim = house.connect(1, Hello.durable("victim")).subscribed("a", 1).subscribed("+", 1);
        PlainClient other = house.connect(1, Hello.durable("other")).subscribed("a", 1).subscribed("+", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(other.payloads()).containsExactly("1");
        assertThat(victim.isClosed()).isTrue();
        nothingElseIsBroken(house);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "+"})
    void a_receiver_that_is_no_client_and_throws_leaves_the_others_what_is_theirs(String filter) {
        House house = new House(2);
        house.broker.index().subscribe(filter, new BrokenSubscriber(1));
        PlainClient other = house.connect(1, Hello.durable("other")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.durable("p"));

        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        publisher.publish("a", "2", 2, 2);
        publisher.published2(2);

        assertThat(other.payloads()).containsExactly("1", "2");
        nothingElseIsBroken(house);
    }

    /// Allows everything but to say whether one client may do something: then it throws.
    ///
    /// @param victim whose client identifier
    private record BrokenRules(String victim, Throwable thrown, Access.Action action) implements Authorizer {

        BrokenRules(String victim, Throwable thrown) {
            this(victim, thrown, Access.Action.RECEIVE);
        }

        @Override
        public Decision decide(ClientInfo client, Access access) {
            if (access.action() == action && client.clientId().equals(victim)) {
                throwIt();
            }
            return Decision.ALLOW;
        }

        private void throwIt() {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return !filter.startsWith("after");
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return "broken";
        }
    }

    /// What is offered to it, it throws back.
    private static final class BrokenSubscriber implements Subscriber {
        private final int shard;
        private int position = -1;

        BrokenSubscriber(int shard) {
            this.shard = shard;
        }

        @Override
        public boolean offer(Message message, long transaction) {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public int shard() {
            return shard;
        }

        @Override
        public boolean durable() {
            return true;
        }

        @Override
        public int position() {
            return position;
        }

        @Override
        public void position(int newPosition) {
            position = newPosition;
        }
    }
}
