package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Properties;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client that vanishes on purpose.
@Timeout(60)
class AbortTest {

    private static final Publish QOS_2 =
            new Publish(false, 2, false, TopicName.of("t"), 7, Properties.NONE, new byte[] {1});

    private static <T> FutureTask<T> beside(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void the_connection_ends_without_a_disconnect_and_what_waits_fails() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = MqttClient.builder().host("127.0.0.1").port(server.port()).build()) {
            FutureTask<ReasonCode> publishing = beside(() -> {
                client.connect();
                return client.publish("t", new byte[0], 1, false);
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                peer.expect(Publish.class);
                client.abort();
                assertThat(client.isConnected()).isFalse();
                assertThat(peer.next()).isNull();
                assertThatThrownBy(() -> publishing.get(20, TimeUnit.SECONDS)).cause()
                        .isInstanceOfSatisfying(MqttException.class,
                                e -> assertThat(e.kind()).isEqualTo(MqttException.Kind.CLOSED));
                assertThatThrownBy(() -> client.publish("t", new byte[0], 0, false)).isInstanceOf(MqttException.class);
            }
        }
    }

    @Test
    void it_may_connect_again_and_resume_its_session_without_a_second_delivery() throws Exception {
        BlockingQueue<Publish> taken = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = MqttClient.builder().host("127.0.0.1").port(server.port()).clientId("c")
                        .cleanStart(false).sessionExpirySeconds(60).onMessage(taken::add).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                connecting.get(20, TimeUnit.SECONDS);
                peer.send(QOS_2);
                peer.expect(PubRec.class);
                client.abort();
                assertThat(peer.next()).isNull();
            }
            FutureTask<ConnAck> again = beside(client::connect);
            try (ScriptedServer.Peer peer = server.accept()) {
                assertThat(peer.expect(Connect.class).cleanStart()).isFalse();
                peer.send(new ConnAck(true, ReasonCode.SUCCESS, Properties.NONE), QOS_2);
                assertThat(again.get(20, TimeUnit.SECONDS).sessionPresent()).isTrue();
                peer.expect(PubRec.class);
            }
        }
        assertThat(taken).hasSize(1);
    }

    @Test
    void one_that_is_connecting_or_not_connected_is_aborted_too() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = MqttClient.builder().host("127.0.0.1").port(server.port()).build()) {
            client.abort();
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.accept()) {
                peer.expect(Connect.class);
                client.abort();
                assertThatThrownBy(() -> connecting.get(20, TimeUnit.SECONDS)).cause()
                        .isInstanceOf(MqttException.class).hasMessageContaining("aborted");
                assertThat(peer.next()).isNull();
            }
            client.abort();
        }
    }
}
