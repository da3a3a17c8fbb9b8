package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// The process after this one sends it, if the client is not back in time.
    @ParameterizedTest
    @ValueSource(ints = {0, 30})
    @Spec({"MQTT-3.1.2-7", "MQTT-3.1.2-8"})
    void the_will_of_a_session_that_stays_is_kept_with_it(int delaySeconds) {
        PlainClient watcher = house.connect(1, Hello.durable("w")).subscribed("will/#", 1);
        PlainClient client = house.connect(0, Hello.durable("c").will("will/c", "gone", delaySeconds));

        stop(0);
        client.closedWith(ReasonCode.SERVER_SHUTTING_DOWN);
        house.advanceSeconds(31);

        watcher.nothing();
        assertThat(house.store.records(0)).contains("left c 3600 owing the will").doesNotContain("will gone c");
        assertThat(stopped[0]).isEqualTo(1);
    }

    /// Lost by its client, not closed by the server, but a moment later.
    @Test
    void so_it_is_if_the_connection_breaks_while_the_server_stops() {
        house.connect(0, Hello.durable("c").will("will/c", "gone")).connection.lose();
        house.loop(0).stepFirst(() -> house.broker.shard(0).stop(() -> stopped[0]++));
        house.run();

        assertThat(house.store.records(0)).contains("left c 3600 owing the will").doesNotContain("will gone c");
    }

    /// Its session ends with its connection, so nobody could send it later.
    @Test
    @Spec("MQTT-3.1.2-8")
    void the_will_of_a_session_that_ends_is_safe_with_those_who_stay_before_the_server_has_stopped() {
        house.connect(1, Hello.durable("w")).subscribed("will/#", 1);
        PlainClient[] clients = new PlainClient[100];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = house.connect(0, Hello.v5("c" + i).will("will/" + i, "gone", 1, true, Properties.NONE));
        }
        house.store.hold();

        stop(0);
        stop(1);
        house.run();

        clients[0].closedWith(ReasonCode.SERVER_SHUTTING_DOWN);
        assertThat(stopped).as("nothing of it is safe yet").containsExactly(0, 0);
        house.store.release();
        house.run();
        assertThat(stopped).containsExactly(1, 1);
        assertThat(house.store.records(0)).filteredOn(each -> each.startsWith("retained will/")).hasSize(100);
        assertThat(house.store.records(1)).filteredOn(each -> each.startsWith("queued w ")).hasSize(100);
    }

    @Test
    @Spec("MQTT-3.1.2-10")
    void a_will_that_was_deleted_is_not_sent_at_the_stop() {
        PlainClient client = house.connect(0, Hello.durable("c").will("will/c", "gone"));
        client.disconnect();

        stop(0);
        house.run();

        assertThat(house.store.records(0)).contains("left c 3600").doesNotContain("left c 3600 owing the will");
    }
}
