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
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The blocking face against a server on a real socket: what the application asks for.
@Timeout(60)
class MqttClientTest {

    @Test
    void connect_says_everything_the_builder_was_told() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            Will will = new Will(TopicName.of("gone"), new byte[] {0, 1}, 2, true,
                    Properties.builder().with(Property.WILL_DELAY_INTERVAL, 9).build());
            MqttClient client = client(server).cleanStart(false).sessionExpirySeconds(100).keepAliveSeconds(7)
                    .will(will).userName("u").password("p").topicAliasMaximum(3).incomingLimits(50, 1_000_000)
                    .maximumPacketBytes(100_000)
                    .connectProperties(Properties.builder().user("a", "b").build()).build();
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.accept()) {
                Properties properties = Properties.builder().user("a", "b")
                        .with(Property.SESSION_EXPIRY_INTERVAL, 100).with(Property.RECEIVE_MAXIMUM, 50)
                        .with(Property.TOPIC_ALIAS_MAXIMUM, 3).with(Property.MAXIMUM_PACKET_SIZE, 100_000).build();
                assertThat(peer.expect(Connect.class)).isEqualTo(new Connect(MqttVersion.V5, false, false, 7, "c",
                        properties, will, "u", "p".getBytes()));
                ConnAck ack = new ConnAck(true, ReasonCode.SUCCESS,
                        Properties.builder().with(Property.ASSIGNED_CLIENT_IDENTIFIER, "given").build());
                peer.send(ack);
                assertThat(result(connecting)).isEqualTo(ack);
                assertThat(client.isConnected()).isTrue();
                assertThat(client.clientId()).isEqualTo("given");
                FutureTask<Void> leaving = beside(() -> {
                    client.disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE);
                    return null;
                });
                assertThat(peer.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.DISCONNECT_WITH_WILL);
                assertThat(peer.next()).isNull();
                result(leaving);
                assertThat(client.isConnected()).isFalse();
            }
        }
    }

    @Test
    void blocking_publish_returns_when_the_handshake_is_done() throws Exception {
        try (ScriptedServer server = new ScriptedServer(); MqttClient client = client(server).build()) {
            FutureTask<ReasonCode> publishing = beside(() -> {
                client.connect();
                client.publish("t", "zero".getBytes(), 0, true);
                client.publish("t", "one".getBytes(), 1, false);
                return client.publish("t", "two".getBytes(), 2, false, Properties.builder().user("k", "v").build());
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                assertThat(peer.expect(Publish.class).retain()).isTrue();
                peer.send(new PubAck(peer.expect(Publish.class).packetId()));
                Publish two = peer.expect(Publish.class);
                assertThat(two.properties().userProperties()).hasSize(1);
                peer.send(new PubRec(two.packetId()));
                assertThat(publishing.isDone()).isFalse();
                peer.send(new PubComp(peer.expect(PubRel.class).packetId()));
                assertThat(result(publishing)).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    @Test
    void rejected_publish_throws_with_the_reason() throws Exception {
        try (ScriptedServer server = new ScriptedServer(); MqttClient client = client(server).build()) {
            FutureTask<ReasonCode> publishing = beside(() -> {
                client.connect();
                return client.publish("t", new byte[0], 1, false);
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                peer.send(new PubAck(peer.expect(Publish.class).packetId(), ReasonCode.NOT_AUTHORIZED,
                        Properties.NONE));
                assertThatThrownBy(() -> result(publishing)).cause()
                        .isInstanceOfSatisfying(MqttException.class, e -> {
                            assertThat(e.kind()).isEqualTo(MqttException.Kind.REJECTED);
                            assertThat(e.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                        });
            }
        }
    }

    @Test
    void async_publish_blocks_when_the_queue_is_full_and_goes_on_with_the_acks() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).outgoingLimits(3, 1_000_000).build()) {
            BlockingQueue<CompletableFuture<ReasonCode>> replies = new LinkedBlockingQueue<>();
            FutureTask<Void> publishing = beside(() -> {
                client.connect();
                for (int i = 0; i < 5; i++) {
                    replies.add(client.publishAsync("t", new byte[] {(byte) i}, 1, false, Properties.NONE));
                }
                return null;
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(peer.expect(Publish.class).payload()).containsExactly(i);
                }
                assertThat(publishing.isDone()).isFalse();
                assertThat(replies).hasSizeLessThanOrEqualTo(3);
                peer.send(new PubAck(1), new PubAck(2), new PubAck(3));
                peer.expect(Publish.class);
                peer.expect(Publish.class);
                peer.send(new PubAck(4), new PubAck(5));
                result(publishing);
                for (CompletableFuture<ReasonCode> reply : replies) {
                    assertThat(reply.get(20, TimeUnit.SECONDS)).isEqualTo(ReasonCode.SUCCESS);
                }
            }
        }
    }

    @Test
    void messages_are_acknowledged_when_received_by_the_application() throws Exception {
        try (ScriptedServer server = new ScriptedServer(); MqttClient client = client(server).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                peer.send(message("a", 1, 5), message("b", 2, 6), message("c", 0, 0));
                assertThat(client.receive(LONG)).isEqualTo(message("a", 1, 5));
                assertThat(peer.expect(PubAck.class)).isEqualTo(new PubAck(5));
                assertThat(client.receive(LONG)).isEqualTo(message("b", 2, 6));
                assertThat(peer.expect(PubRec.class)).isEqualTo(new PubRec(6));
                peer.send(new PubRel(6));
                assertThat(peer.expect(PubComp.class)).isEqualTo(new PubComp(6));
                assertThat(client.receive(LONG)).isEqualTo(message("c", 0, 0));
                assertThat(client.receive(Duration.ZERO)).isNull();
            }
        }
    }

    @Test
    void full_inbound_queue_stops_reading_and_nothing_is_lost() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).incomingLimits(2, 1_000_000).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                FutureTask<Void> flood = beside(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        peer.send(message("" + i, 0, 0));
                    }
                    return null;
                });
                for (int i = 0; i < 10_000; i++) {
                    assertThat(client.receive(LONG).payload()).asString().isEqualTo("" + i);
                }
                result(flood);
                assertThat(client.droppedMessages()).isZero();
            }
        }
    }

    @Test
    void handler_may_publish_though_the_queue_is_full() throws Exception {
        CountDownLatch handled = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer()) {
            CompletableFuture<MqttClient> self = new CompletableFuture<>();
            try (MqttClient client = client(server).incomingLimits(2, 1_000_000).onMessage(message -> {
                if (message.payload()[0] == 'a') {
                    self.join().publish("answer", new byte[0], 1, false);
                    self.join().publishAsync("answer", new byte[0], 1, false, Properties.NONE).join();
                    handled.countDown();
                }
            }).build()) {
                self.complete(client);
                FutureTask<ConnAck> connecting = beside(client::connect);
                try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                    result(connecting);
                    Publish[] flood = new Publish[1_001];
                    for (int i = 0; i < flood.length; i++) {
                        flood[i] = message(i == 0 ? "a" : "b", 0, 0);
                    }
                    peer.send(flood);
                    peer.send(new PubAck(peer.expect(Publish.class).packetId()));
                    peer.send(flood);
                    peer.send(new PubAck(peer.expect(Publish.class).packetId()));
                    assertThat(handled.await(20, TimeUnit.SECONDS)).isTrue();
                    assertThat(client.droppedMessages()).isPositive();
                }
            }
        }
    }

    @Test
    void handler_may_subscribe_and_disconnect() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            CompletableFuture<MqttClient> self = new CompletableFuture<>();
            try (MqttClient client = client(server).onMessage(message -> {
                self.join().subscribe("more", 0);
                self.join().disconnect();
            }).build()) {
                self.complete(client);
                FutureTask<ConnAck> connecting = beside(client::connect);
                try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                    result(connecting);
                    peer.send(message("a", 0, 0));
                    Subscribe subscribe = peer.expect(Subscribe.class);
                    peer.send(new SubAck(subscribe.packetId(), Properties.NONE, List.of(ReasonCode.SUCCESS)));
                    peer.expect(Disconnect.class);
                }
            }
        }
    }

    @Test
    void stages_of_a_future_may_wait_for_the_client() throws Exception {
        try (ScriptedServer server = new ScriptedServer(); MqttClient client = client(server).build()) {
            FutureTask<ReasonCode> publishing = beside(() -> {
                client.connect();
                return client.publishAsync("t", new byte[0], 1, false, Properties.NONE).thenApply(first -> {
                    try {
                        return client.publish("t", new byte[0], 1, false);
                    } catch (MqttException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }).get();
            });
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                peer.send(new PubAck(peer.expect(Publish.class).packetId()));
                peer.send(new PubAck(peer.expect(Publish.class).packetId()));
                assertThat(result(publishing)).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    @Test
    void handler_that_throws_is_reported_and_the_next_message_comes() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        ConnectionListener listener = new ConnectionListener() {
            @Override
            public void handlerFailed(Publish message, Exception failure) {
                heard.add("failed " + failure.getMessage());
            }
        };
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).listener(listener).onMessage(message -> {
                    throw new IllegalStateException(new String(message.payload()));
                }).build()) {
            FutureTask<ConnAck> connecting = beside(client::connect);
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                result(connecting);
                peer.send(message("a", 1, 1), message("b", 1, 2));
                assertThat(peer.expect(PubAck.class)).isEqualTo(new PubAck(1));
                assertThat(peer.expect(PubAck.class)).isEqualTo(new PubAck(2));
                assertThat(List.of(heard.take(), heard.take())).containsExactly("failed a", "failed b");
            }
        }
    }

    @Test
    void what_no_server_could_be_told_is_refused_at_once() {
        assertThatThrownBy(() -> MqttClient.builder().version(MqttVersion.V3_1).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MqttClient.builder().version(MqttVersion.V3_1_1).cleanStart(false).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MqttClient.builder().version(MqttVersion.V3_1_1).password("p").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MqttClient.builder().clientId("x".repeat(65_536)).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MqttClient.builder().port(0)).hasMessageContaining("port");
    }
}
