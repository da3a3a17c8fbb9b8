package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.Connect;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The forms that leave out what is seldom needed.
@Timeout(60)
class ShortFormsTest {

    private static <T> FutureTask<T> connecting(MqttClient client, Callable<T> then) {
        FutureTask<T> task = new FutureTask<>(() -> {
            client.connect();
            return then.call();
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    private static ClientBuilder client(ScriptedServer server) {
        return MqttClient.builder().host("127.0.0.1").port(server.port());
    }

    @Test
    void a_refused_subscription_to_one_filter_is_an_exception() throws Exception {
        try (ScriptedServer server = new ScriptedServer(); MqttClient client = client(server).build()) {
            FutureTask<ReasonCode> subscribing = connecting(client, () -> client.subscribe("secret", 1));
            try (ScriptedServer.Peer peer = server.acceptAndWelcome(false, Properties.NONE)) {
                int id = peer.expect(Subscribe.class).packetId();
                peer.send(new SubAck(id, Properties.NONE, List.of(ReasonCode.NOT_AUTHORIZED)));
                assertThatThrownBy(() -> subscribing.get(20, TimeUnit.SECONDS)).cause()
                        .isInstanceOfSatisfying(MqttException.class, e -> {
                            assertThat(e.kind()).isEqualTo(MqttException.Kind.REJECTED);
                            assertThat(e.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                        });
                assertThat(client.isConnected()).isTrue();
            }
        }
    }

    @Test
    void a_will_and_an_asynchronous_message_need_no_properties() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                MqttClient client = client(server).will("gone", new byte[] {1}, 1, true).build()) {
            FutureTask<ReasonCode> publishing =
                    connecting(client, () -> client.publishAsync("t", new byte[] {2}, 1, true).get());
            try (ScriptedServer.Peer peer = server.accept()) {
                assertThat(peer.expect(Connect.class).will())
                        .isEqualTo(new Will(TopicName.of("gone"), new byte[] {1}, 1, true, Properties.NONE));
                peer.send(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
                Publish publish = peer.expect(Publish.class);
                assertThat(publish.retain()).isTrue();
                peer.send(new PubAck(publish.packetId()));
                assertThat(publishing.get(20, TimeUnit.SECONDS)).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }
}
