package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The client against a broker that others wrote.
@Timeout(60)
class MosquittoTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static Mosquitto mosquitto;

    @BeforeAll
    static void start() throws Exception {
        mosquitto = Mosquitto.start("max_queued_messages 0", "max_inflight_messages 100");
    }

    @AfterAll
    static void stop() throws Exception {
        if (mosquitto != null) {
            mosquitto.close();
        }
    }

    private static ClientBuilder client(MqttVersion version, String id) {
        return MqttClient.builder().host("127.0.0.1").port(mosquitto.port()).version(version).clientId(id);
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void every_version_delivers_every_qos(MqttVersion version) throws Exception {
        try (MqttClient client = client(version, "q-" + version).build()) {
            client.connect();
            assertThat(client.subscribe("q/" + version + "/#", 2)).isEqualTo(ReasonCode.GRANTED_QOS_2);
            for (int qos = 0; qos <= 2; qos++) {
                byte[] payload = {0, (byte) 0xFF, (byte) qos};
                assertThat(client.publish("q/" + version + "/x", payload, qos, false)).isEqualTo(ReasonCode.SUCCESS);
                Publish got = client.receive(LONG);
                assertThat(got.payload()).isEqualTo(payload);
                assertThat(got.qos()).isEqualTo(qos);
            }
            assertThat(client.unsubscribe("q/" + version + "/#")).containsExactly(ReasonCode.SUCCESS);
        }
    }

    // Only a little comes back through the WebSocket: this broker sends 4 KiB a tenth of a second there.
    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void web_socket_carries_messages_both_ways(MqttVersion version) throws Exception {
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        byte[] small = Arrays.copyOf(large, 10_000);
        String topic = "ws/" + version;
        try (MqttClient client = client(version, "ws-" + version).port(mosquitto.webSocketPort())
                .webSocket("/mqtt").build();
                MqttClient plain = client(version, "plain-" + version).build()) {
            client.connect();
            plain.connect();
            plain.subscribe(topic, 1);
            for (int i = 0; i < 20; i++) {
                client.publish(topic, large, 1, false);
                assertThat(plain.receive(LONG).payload()).isEqualTo(large);
            }
            client.subscribe(topic, 1);
            plain.publish(topic, small, 1, false);
            assertThat(client.receive(LONG).payload()).isEqualTo(small);
            client.disconnect();
            client.connect();
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void web_socket_to_nowhere_is_a_network_failure() throws Exception {
        try (MqttClient client = client(MqttVersion.V5, "").webSocket("/mqtt").connectTimeoutSeconds(2).build()) {
            assertThatThrownBy(client::connect).isInstanceOf(MqttException.class);
        }
    }

    @Test
    void server_assigns_an_identifier_and_tells_who_nobody_hears() throws Exception {
        try (MqttClient client = client(MqttVersion.V5, "").build()) {
            client.connect();
            assertThat(client.clientId()).isNotEmpty();
            assertThat(client.publish("nobody/hears", new byte[0], 1, false))
                    .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        }
    }

    @Test
    void properties_arrive() throws Exception {
        Properties sent = Properties.builder().user("a", "1").user("a", "2").with(Property.CONTENT_TYPE, "text/x")
                .with(Property.CORRELATION_DATA, new byte[] {1, 0, 2}).with(Property.RESPONSE_TOPIC, "r").build();
        try (MqttClient client = client(MqttVersion.V5, "props").build()) {
            client.connect();
            client.subscribe(Properties.builder().subscriptionIdentifier(77).build(),
                    List.of(new Subscribe.Item(TopicFilter.of("props"), 0)));
            client.publish("props", "x".getBytes(), 0, false, sent);
            Properties got = client.receive(LONG).properties();
            assertThat(got).isEqualTo(sent.toBuilder().subscriptionIdentifier(77).build());
        }
    }

    @Test
    void offline_messages_wait_for_the_session() throws Exception {
        try (MqttClient first = client(MqttVersion.V5, "durable").cleanStart(false).sessionExpirySeconds(600).build();
                MqttClient publisher = client(MqttVersion.V3_1_1, "p").build()) {
            first.connect();
            first.subscribe("durable/#", 2);
            first.disconnect();
            publisher.connect();
            for (int i = 0; i < 500; i++) {
                publisher.publishAsync("durable/x", ("" + i).getBytes(), 2, false, Properties.NONE);
            }
            publisher.publish("durable/x", "500".getBytes(), 2, false);
            assertThat(first.connect().sessionPresent()).isTrue();
            List<String> got = new ArrayList<>();
            while (got.size() <= 500) {
                got.add(new String(first.receive(LONG).payload()));
            }
            assertThat(got).hasSize(501).startsWith("0", "1", "2").endsWith("499", "500").doesNotHaveDuplicates();
        }
    }

    @Test
    void will_is_published_when_asked_and_not_after_a_proper_end() throws Exception {
        Will will = new Will(TopicName.of("will/x"), "gone".getBytes(), 1, false, Properties.NONE);
        try (MqttClient watcher = client(MqttVersion.V5, "watcher").build()) {
            watcher.connect();
            watcher.subscribe("will/#", 1);
            try (MqttClient proper = client(MqttVersion.V5, "proper").will(will).build()) {
                proper.connect();
            }
            try (MqttClient asking = client(MqttVersion.V5, "asking").will(will).build()) {
                asking.connect();
                asking.disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE);
            }
            watcher.publish("will/end", "end".getBytes(), 1, false);
            assertThat(new String(watcher.receive(LONG).payload())).isEqualTo("gone");
            assertThat(new String(watcher.receive(LONG).payload())).isEqualTo("end");
        }
    }

    @Test
    void thousands_of_async_messages_keep_their_order() throws Exception {
        int count = 20_000;
        List<CompletableFuture<ReasonCode>> replies = new ArrayList<>();
        try (MqttClient receiver = client(MqttVersion.V5, "many-in").build();
                MqttClient sender = client(MqttVersion.V5, "many-out").build()) {
            receiver.connect();
            receiver.subscribe("many", 1);
            sender.connect();
            for (int i = 0; i < count; i++) {
                replies.add(sender.publishAsync("many", ("" + i).getBytes(), 1, false, Properties.NONE));
            }
            for (int i = 0; i < count; i++) {
                assertThat(receiver.receive(LONG).payload()).asString().isEqualTo("" + i);
            }
            CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            assertThat(receiver.droppedMessages()).isZero();
        }
    }
}
