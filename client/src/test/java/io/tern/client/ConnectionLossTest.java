package io.tern.client;

import static io.tern.client.Face.LONG;
import static io.tern.client.Face.beside;
import static io.tern.client.Face.client;
import static io.tern.client.Face.message;
import static io.tern.client.Face.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The blocking face against a server on a real socket: connections that fail or get lost.
@Timeout(60)
class ConnectionLossTest {

    @Test
    void refusal_is_an_exception_with_the_servers_reason() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            MqttClient client = client(server).version(MqttVersion.V3_1_1).build();
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.accept()) {
                peer.expect(Connect.class);
                peer.send(new ConnAck(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD, Properties.NONE));
                peer.next();
            }
            assertThatThrownBy(() -> result(connecting)).rootCause()
                    .isInstanceOfSatisfying(MqttException.class, e -> {
                        assertThat(e.kind()).isEqualTo(MqttException.Kind.REFUSED);
                        assertThat(e.reason()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
                    });
            assertThatThrownBy(() -> client.publish("t", new byte[0], 0, false)).isInstanceOf(MqttException.class);
        }
    }

    @Test
    void nobody_listens() throws Exception {
        int port;
        try (ScriptedServer server = new ScriptedServer()) {
            port = server.port();
        }
        MqttClient client = MqttClient.builder().host("127.0.0.1").port(port).build();
        assertThatThrownBy(client::connect).isInstanceOfSatisfying(MqttException.class, e ->
                assertThat(e.kind()).isEqualTo(MqttException.Kind.UNREACHABLE)).hasMessageContaining(":" + port);
        MqttClient webSocket = MqttClient.builder().host("127.0.0.1").port(port).webSocket("/mqtt").build();
        assertThatThrownBy(webSocket::connect).isInstanceOfSatisfying(MqttException.class, e ->
                assertThat(e.kind()).isEqualTo(MqttException.Kind.UNREACHABLE))
                .hasMessageEndingWith("Connection refused");
        MqttClient nowhere = MqttClient.builder().host("no-such-host.invalid").webSocket("/mqtt").build();
        assertThatThrownBy(nowhere::connect).rootCause().isInstanceOf(UnresolvedAddressException.class);
    }

    @Test
    void lost_connection_is_made_again_and_the_message_repeated() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        ConnectionListener listener = new ConnectionListener() {
            @Override
            public void connected(ConnAck ack) {
                heard.add("connected " + ack.sessionPresent());
            }

            @Override
            public void connectionLost(MqttException cause) {
                heard.add("lost " + cause.kind());
            }
        };
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).sessionExpirySeconds(60).listener(listener).build()) {
            FutureTask<ReasonCode> publishing = beside(() -> {
                client.connect();
                return client.publish("t", "a".getBytes(), 1, false);
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                peer.expect(Publish.class);
            }
            try (ScriptedServer.Peer refusing = server.accept()) {
                refusing.expect(Connect.class);
                refusing.send(new ConnAck(false, ReasonCode.SERVER_BUSY, Properties.NONE));
                refusing.next();
            }
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(true, Properties.NONE)) {
                Publish again = peer.expect(Publish.class);
                assertThat(again.dup()).isTrue();
                peer.send(new PubAck(again.packetId()));
                assertThat(result(publishing)).isEqualTo(ReasonCode.SUCCESS);
                assertThat(List.of(heard.take(), heard.take(), heard.take()))
                        .containsExactly("connected false", "lost NETWORK", "connected true");
            }
        }
    }

    @Test
    void lost_session_is_subscribed_again() throws Exception {
        try (ScriptedServer server = new ScriptedServer(); MqttClient client = client(server).build()) {
            FutureTask<ReasonCode> subscribing = beside(() -> {
                client.connect();
                return client.subscribe("a/#", 1);
            });
            Subscribe first;
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                first = peer.expect(Subscribe.class);
                peer.send(new SubAck(first.packetId(), Properties.NONE, List.of(ReasonCode.GRANTED_QOS_1)));
                assertThat(result(subscribing)).isEqualTo(ReasonCode.GRANTED_QOS_1);
            }
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                assertThat(peer.expect(Subscribe.class).items()).isEqualTo(first.items());
            }
        }
    }

    @Test
    void session_taken_over_is_the_end() throws Exception {
        CompletableFuture<MqttException> ended = new CompletableFuture<>();
        ConnectionListener listener = new ConnectionListener() {
            @Override
            public void ended(MqttException cause) {
                ended.complete(cause);
            }
        };
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).listener(listener).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                peer.send(message("last", 0, 0), new Disconnect(ReasonCode.SESSION_TAKEN_OVER, Properties.NONE));
                assertThat(ended.get(20, TimeUnit.SECONDS).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
                assertThat(client.receive(LONG)).isEqualTo(message("last", 0, 0));
                assertThatThrownBy(() -> client.receive(LONG)).isInstanceOf(MqttException.class);
                assertThatThrownBy(() -> client.publish("t", new byte[0], 0, false))
                        .isInstanceOf(MqttException.class);
            }
        }
    }

    @Test
    void garbage_is_answered_with_disconnect() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).reconnect(Backoff.NONE).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                peer.sendBytes(new byte[] {(byte) 0xF7, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF}, 5);
                assertThat(peer.expect(Disconnect.class).reason().isError()).isTrue();
                assertThat(peer.next()).isNull();
            }
        }
    }

    @Test
    void packet_above_the_maximum_is_refused() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).maximumPacketBytes(100).reconnect(Backoff.NONE).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                peer.send(message("x".repeat(200), 0, 0));
                assertThat(peer.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            }
        }
    }

    @Test
    void keep_alive_speaks_when_nobody_else_does() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).keepAliveSeconds(1).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                peer.expect(PingReq.class);
                peer.send(PingResp.INSTANCE);
                peer.expect(PingReq.class);
                // No answer now: the client gives this connection up and makes another.
                try (ScriptedServer.Peer next = server.acceptAndWelcome(false, Properties.NONE)) {
                    assertThat(next.expect(PingReq.class)).isNotNull();
                }
            }
        }
    }

    @Test
    void close_while_reconnecting_fails_what_waits() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            MqttClient client = client(server).reconnect(new Backoff(3_600_000, 1, 3_600_000)).build();
            FutureTask<ReasonCode> publishing = beside(() -> {
                client.connect();
                return client.publish("t", new byte[0], 1, false);
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                peer.expect(Publish.class);
            }
            client.close();
            assertThatThrownBy(() -> result(publishing)).cause().isInstanceOf(MqttException.class);
            assertThatThrownBy(client::connect).isInstanceOf(IllegalStateException.class);
        }
    }
}
