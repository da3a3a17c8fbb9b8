package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.wire.ConnAck;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The end of a server.
class StopTest {

    private final List<Consumer<Verdict>> answers = new ArrayList<>();
    private boolean slow;
    private final Authenticator authenticator = new Authenticator() {
        @Override
        public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
            if (slow) {
                answers.add(answer);
            } else {
                answer.accept(Verdict.ANYBODY);
            }
        }
    };
    private final House house = new House(2, Options.DEFAULTS, authenticator);
    private final int[] stopped = new int[2];

    @AfterEach
    void close() {
        house.close();
    }

    private void stop(int shard) {
        house.loop(shard).execute(() -> house.broker.shard(shard).stop(() -> stopped[shard]++));
    }

    @Test
    void every_client_is_told_and_closed() {
        PlainClient five = house.connect(0, Hello.v5("five"));
        PlainClient old = house.connect(1, Hello.v311("old"));
        PlainClient silent = house.open(1);

        stop(0);
        stop(1);

        five.closedWith(ReasonCode.SERVER_SHUTTING_DOWN);
        assertThat(old.isClosed()).isTrue();
        old.nothing();
        assertThat(silent.isClosed()).isTrue();
        silent.nothing();
        assertThat(stopped).containsExactly(1, 1);
    }

    @Test
    void a_shard_without_clients_has_stopped_at_once() {
        stop(0);
        house.run();

        assertThat(stopped).containsExactly(1, 0);
    }

    @Test
    void who_waits_for_connack_is_refused() {
        slow = true;
        PlainClient client = house.send(0, Hello.v5("c"));
        house.run();

        stop(0);

        assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(client.isClosed()).isTrue();
        answers.getFirst().accept(Verdict.ANYBODY);
        house.run();
        assertThat(house.broker.sessions()).isZero();
        assertThat(stopped[0]).isEqualTo(1);
    }

    @Test
    void new_connections_are_not_taken_any_more() {
        stop(0);
        house.run();
        MemoryConnection late = new MemoryConnection(house.loop(0));

        house.loop(0).execute(() -> assertThat(house.broker.accept(late)).isNull());
        house.run();
    }

    @Test
    void a_connection_that_arrives_from_another_shard_is_closed_too_and_nobody_stops_twice() {
        house.connect(1, Hello.durable("c")).lose();
        PlainClient moving = house.open(0);
        moving.send(Hello.durable("c").packet());
        house.loop(0).tasks();
        house.loop(0).turn();
        assertThat(moving.connection.loop()).as("on its way").isSameAs(house.loop(1));

        house.loop(1).stepFirst(() -> house.broker.shard(1).stop(() -> stopped[1]++));
        house.run();

        assertThat(moving.isClosed()).isTrue();
        assertThat(moving.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(stopped[1]).isEqualTo(1);
    }
}
