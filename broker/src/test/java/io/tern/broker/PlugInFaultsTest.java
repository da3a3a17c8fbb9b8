package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is plugged in throws, at each place where it is asked, whatever can be thrown: that one client is closed or
/// refused, whoever waits for it gets an answer, and the house goes on.
class PlugInFaultsTest {

    private static final String VICTIM = "victim";

    /// Where it throws.
    private enum Where { NOWHERE, AUTHENTICATE, BEGIN, STEP, PUBLISH, SUBSCRIBE, RECEIVE, ASK_PUBLISH, ASK_SUBSCRIBE }

    private Where where = Where.NOWHERE;
    private Throwable thrown;
    private House house;

    static Stream<Throwable> thrown() {
        return Stream.of(
                new IllegalStateException("on purpose"),
                new StackOverflowError(),
                new AssertionError("on purpose"),
                new NoClassDefFoundError("on purpose"));
    }

    private void build() {
        Security security = new Security(
                (client, password, answer) -> authenticate(client, answer),
                new Enhanced(),
                Authorization.of(List.of(new Rules()), true),
                Defence.none(),
                Control.NONE,
                event -> { });
        house = new House(2, Options.DEFAULTS, security, ListenerRules.STANDARD);
    }

    private void authenticate(ClientInfo client, Consumer<Verdict> answer) {
        met(Where.AUTHENTICATE, client);
        answer.accept(Verdict.ANYBODY);
    }

    private void met(Where here, ClientInfo client) {
        if (here == where && client.clientId().equals(VICTIM)) {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }

    private final class Enhanced implements EnhancedAuthenticator {
        @Override
        public Exchange begin(String method, ClientInfo client, byte[] password) {
            met(Where.BEGIN, client);
            return (data, then) -> {
                met(Where.STEP, client);
                then.accept(new Step.Failure(ReasonCode.NOT_AUTHORIZED));
            };
        }
    }

    private final class Rules implements Authorizer {
        @Override
        public Decision decide(ClientInfo client, Access access) {
            switch (access.action()) {
                case PUBLISH -> met(Where.PUBLISH, client);
                case SUBSCRIBE -> met(Where.SUBSCRIBE, client);
                case RECEIVE -> met(Where.RECEIVE, client);
            }
            boolean asks = where == Where.ASK_PUBLISH && access.action() == Access.Action.PUBLISH
                    || where == Where.ASK_SUBSCRIBE && access.action() == Access.Action.SUBSCRIBE;
            return asks && client.clientId().equals(VICTIM) ? Decision.LATER : Decision.ALLOW;
        }

        @Override
        public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
            met(where, client);
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return true;
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return "on purpose";
        }
    }

    private void nothingElseIsBroken(PlainClient victim) {
        assertThat(victim.isClosed()).as("%s at %s", thrown, where).isTrue();
        assertThat(house.broker.count(Counters.Event.BUGS)).as("%s at %s", thrown, where).isPositive();
        PlainClient subscriber = house.connect(1, Hello.v5("after-s")).subscribed("after", 1);
        PlainClient publisher = house.connect(0, Hello.v5("after-p"));
        assertThat(publisher.published("after", "x", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(subscriber.payloads()).containsExactly("x");
        where = Where.NOWHERE;
        assertThat(house.connect(0, Hello.v5(VICTIM)).isClosed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void who_is_asked_who_it_is(Throwable error) {
        for (Where each : List.of(Where.AUTHENTICATE, Where.BEGIN, Where.STEP)) {
            build();
            thrown = error;
            where = each;
            Hello hello = Hello.v5(VICTIM);
            nothingElseIsBroken(house.send(0, each == Where.AUTHENTICATE
                    ? hello
                    : hello.with(Property.AUTHENTICATION_METHOD, "m")));
        }
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void who_is_asked_about_a_publish_or_a_subscription(Throwable error) {
        for (Where each : List.of(Where.PUBLISH, Where.SUBSCRIBE, Where.ASK_PUBLISH, Where.ASK_SUBSCRIBE)) {
            build();
            thrown = error;
            PlainClient victim = house.connect(0, Hello.durable(VICTIM));
            where = each;
            if (each == Where.PUBLISH || each == Where.ASK_PUBLISH) {
                victim.publish("a", "x", 1, 1);
            } else {
                victim.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("a"), 1))));
            }
            nothingElseIsBroken(victim);
        }
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void who_is_asked_about_a_will_that_is_brought(Throwable error) {
        for (Where each : List.of(Where.PUBLISH, Where.ASK_PUBLISH)) {
            build();
            thrown = error;
            where = each;
            nothingElseIsBroken(house.send(0, Hello.durable(VICTIM).will("w", "gone")));
        }
    }

    /// The session ends, and a stop isn't held up by a will that is never sent.
    @ParameterizedTest
    @MethodSource("thrown")
    void who_is_asked_about_a_will_that_is_due(Throwable error) {
        for (Where each : List.of(Where.PUBLISH, Where.ASK_PUBLISH)) {
            build();
            thrown = error;
            PlainClient victim = house.connect(0, Hello.durable(VICTIM).will("w", "gone"));
            PlainClient watcher = house.connect(1, Hello.v5("watcher")).subscribed("w", 1);
            where = each;
            victim.lose();
            house.run();

            assertThat(house.broker.shard(0).dueMessages().willsAreSent()).isTrue();
            watcher.nothing();
            nothingElseIsBroken(victim);
        }
    }

    /// What was queued is judged when a client is back: once CONNACK waits for the journal, and once when what is held
    /// may go.
    @ParameterizedTest
    @MethodSource("thrown")
    void who_is_asked_about_a_message_that_has_waited(Throwable error) {
        build();
        thrown = error;
        house.connect(0, Hello.durable(VICTIM)).subscribed("a/#", 1).lose();
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a/b", "1", 1);
        where = Where.RECEIVE;

        PlainClient victim = house.send(0, Hello.durable(VICTIM));

        nothingElseIsBroken(victim);
    }

    @Test
    void a_heap_that_is_used_up_is_nobodys_fault_and_goes_on_to_who_ends_the_process() {
        build();
        thrown = new OutOfMemoryError("on purpose");
        PlainClient victim = house.connect(0, Hello.v5(VICTIM));
        where = Where.PUBLISH;

        victim.publish("a", "x", 1, 1);

        assertThatThrownBy(house::run).isSameAs(thrown);
    }
}
