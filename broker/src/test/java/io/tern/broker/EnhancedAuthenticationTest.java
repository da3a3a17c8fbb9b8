package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.EnhancedAuthenticator.Exchange;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.Options;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// AUTH packets before CONNACK and after it, over one shard and two.
class EnhancedAuthenticationTest {

    /// Wants two steps: the second must bring `right`. Answers when the test says so, if it is slow.
    private static final class TwoSteps implements EnhancedAuthenticator {
        final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private Consumer<Step> last;
        boolean slow;

        @Override
        public Exchange begin(String method, io.tern.api.ClientInfo client, byte[] password) {
            if (!method.equals("two")) {
                return null;
            }
            return new Exchange() {
                private int steps;

                @Override
                public void step(byte[] data, Consumer<Step> answer) {
                    last = answer;
                    Step next;
                    if (++steps == 1) {
                        next = new Step.More(new byte[] {1});
                    } else if (data != null && new String(data).equals("right")) {
                        next = new Step.Success(new byte[] {2});
                    } else {
                        next = new Step.Failure(ReasonCode.NOT_AUTHORIZED);
                    }
                    if (slow) {
                        waiting.add(() -> answer.accept(next));
                    } else {
                        answer.accept(next);
                    }
                }
            };
        }
    }

    private final TwoSteps authenticator = new TwoSteps();
    private final House house = new House(
            2, Options.DEFAULTS, Authenticator.anonymous(), authenticator, ListenerRules.STANDARD);

    @AfterEach
    void close() {
        house.close();
    }

    private static Hello hello() {
        return Hello.durable("c").with(Property.AUTHENTICATION_METHOD, "two");
    }

    private static Auth auth(ReasonCode reason, String data) {
        Properties.Builder properties = Properties.builder().with(Property.AUTHENTICATION_METHOD, "two");
        if (data != null) {
            properties.with(Property.AUTHENTICATION_DATA, data.getBytes());
        }
        return new Auth(reason, properties.build());
    }

    private static Auth answer(String data) {
        return auth(ReasonCode.CONTINUE_AUTHENTICATION, data);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-4.12.0-2", "MQTT-4.12.0-3", "MQTT-4.12.0-5"})
    void a_client_that_gives_the_right_answers_is_let_in_wherever_its_session_is(int shard) {
        PlainClient first = house.send(0, hello());
        first.next(Auth.class);
        first.send(answer("right"));
        first.next(ConnAck.class);
        first.lose();

        PlainClient client = house.send(shard, hello());
        Auth challenge = client.next(Auth.class);
        assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
        assertThat(challenge.properties().binary(Property.AUTHENTICATION_DATA)).containsExactly(1);
        client.send(answer("right"));

        ConnAck connAck = client.next(ConnAck.class);
        assertThat(connAck.reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connAck.sessionPresent()).isTrue();
        assertThat(connAck.properties().string(Property.AUTHENTICATION_METHOD)).isEqualTo("two");
        assertThat(connAck.properties().binary(Property.AUTHENTICATION_DATA)).containsExactly(2);
        client.send(PingReq.INSTANCE);
        client.next(PingResp.class);
    }

    @Test
    @Spec("MQTT-4.12.0-4")
    void a_client_that_gives_a_wrong_answer_is_refused_and_evicts_nobody() {
        PlainClient old = house.connect(0, Hello.durable("c"));
        PlainClient client = house.send(1, hello());
        client.next(Auth.class);

        client.send(answer("wrong"));

        assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(client.isClosed()).isTrue();
        assertThat(old.isClosed()).isFalse();
    }

    @Test
    @Spec("MQTT-4.12.0-1")
    void an_unknown_method_is_refused() {
        PlainClient client = house.send(0, Hello.v5("c").with(Property.AUTHENTICATION_METHOD, "three"));

        assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    @Spec("MQTT-3.1.2-30")
    void other_packets_in_between_end_it() {
        PlainClient client = house.send(0, hello());
        client.next(Auth.class);

        client.send(PingReq.INSTANCE);

        assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void a_client_that_answers_nothing_is_closed_in_time() {
        PlainClient client = house.send(0, hello());
        client.next(Auth.class);

        house.advanceSeconds(11);

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    @Spec("MQTT-4.12.1-1")
    void an_open_client_authenticates_anew_and_its_packets_wait_for_it() {
        PlainClient client = house.send(0, hello());
        client.next(Auth.class);
        client.send(answer("right"));
        client.next(ConnAck.class);
        authenticator.slow = true;

        client.send(auth(ReasonCode.REAUTHENTICATE, null), PingReq.INSTANCE);
        client.nothing();
        authenticator.waiting.remove().run();

        assertThat(client.next(Auth.class).reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
        client.next(PingResp.class);
        client.send(answer("right"));
        house.run();
        authenticator.waiting.remove().run();
        assertThat(client.next(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        client.nothing();
    }

    @Test
    @Spec("MQTT-4.12.1-2")
    void an_open_client_that_fails_to_authenticate_anew_is_closed() {
        PlainClient client = house.send(0, hello());
        client.next(Auth.class);
        client.send(answer("right"));
        client.next(ConnAck.class);

        client.send(auth(ReasonCode.REAUTHENTICATE, null));
        client.next(Auth.class);
        client.send(answer("wrong"));

        client.closedWith(ReasonCode.NOT_AUTHORIZED);
    }
}
