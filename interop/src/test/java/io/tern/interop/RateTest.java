package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.tern.testkit.RawClient;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Publishers that are faster than one message a second, where that is refused.
final class RateTest {

    private static final int LIFE_SECONDS = 60;
    private static final int MESSAGES = 100;

    @TempDir
    private static Path folder;

    private static BrokerProcess broker;

    @BeforeAll
    static void start() throws Exception {
        Path config = Files.writeString(folder.resolve("tern.yaml"),
                "defence: {publishes_per_second: 1, publish_excess: refuse}\n");
        broker = new BrokerProcess(LIFE_SECONDS, "--config", config.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    @Test
    void each_message_is_answered_and_those_that_come_too_fast_with_0x97() throws Exception {
        try (RawClient client = RawClient.tcp("127.0.0.1", broker.port(Transport.TCP))) {
            client.connect(MqttVersion.V5, "raw");
            ByteWriter bytes = new ByteWriter(4096);
            for (int i = 1; i <= MESSAGES; i++) {
                Encoder.encode(new Publish(false, 1, false, TopicName.of("rate"), i, Properties.NONE, new byte[1]),
                        MqttVersion.V5, bytes);
            }
            client.send(Arrays.copyOf(bytes.array(), bytes.size()));

            List<ReasonCode> reasons = new ArrayList<>();
            for (int i = 1; i <= MESSAGES; i++) {
                PubAck ack = client.expect(PubAck.class);
                assertThat(ack.packetId()).isEqualTo(i);
                reasons.add(ack.reason());
            }
            assertThat(reasons).containsOnly(ReasonCode.NO_MATCHING_SUBSCRIBERS, ReasonCode.QUOTA_EXCEEDED)
                    .startsWith(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            client.expectNothing();
        }
    }

    @Test
    void hivemqs_client_says_so_and_stays_connected() throws Exception {
        Mqtt5BlockingClient client = Mqtt5Client.builder().identifier("hive").serverHost("127.0.0.1")
                .serverPort(broker.port(Transport.TCP)).buildBlocking();
        client.connect();

        Mqtt5PubAckException refused = catchThrowableOfType(Mqtt5PubAckException.class, () -> {
            for (int i = 0; i < MESSAGES; i++) {
                client.publishWith().topic("rate").qos(MqttQos.AT_LEAST_ONCE).send();
            }
        });

        assertThat(refused.getMqttMessage().getReasonCode()).isEqualTo(Mqtt5PubAckReasonCode.QUOTA_EXCEEDED);
        assertThat(client.getState().isConnected()).isTrue();
        client.disconnect();
    }
}
