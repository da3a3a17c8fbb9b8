package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The largest of everything, against a whole server.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceLimitsTest {

    private static final int IDS = 65_535;

    private Server server;

    @BeforeAll
    void start(@TempDir Path dataDir) throws Exception {
        server = Server.start(Options.builder()
                .with(ServerOptions.MQTT_PORT, 0)
                .with(ServerOptions.WS_PORT, 0)
                .with(ServerOptions.DATA_DIR, dataDir.toString())
                .with(BrokerOptions.RECEIVE_MAXIMUM, IDS)
                .with(BrokerOptions.IN_FLIGHT, IDS)
                .with(BrokerOptions.IN_FLIGHT_FIRST, IDS)
                .with(BrokerOptions.QUEUE_BYTES, 256L * 1024 * 1024)
                .build());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private PlainClient connected(MqttVersion version, String clientId) throws IOException {
        PlainClient client = new PlainClient(server.port(), version);
        assertThat(client.connect(clientId, Properties.NONE).reason()).isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    private static Publish message(String topic, int qos, int packetId, boolean retain, byte[] payload) {
        return new Publish(false, qos, retain, TopicName.of(topic), packetId, Properties.NONE, payload);
    }

    private static void subscribe(PlainClient client, String filter, int qos) throws IOException {
        client.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), qos))));
        assertThat(client.receive()).isInstanceOf(SubAck.class);
    }

    @ParameterizedTest
    @EnumSource
    @Spec({"MQTT-4.7.3-3", "3.1.1:MQTT-4.7.3-3"})
    void a_topic_has_up_to_65_535_bytes_and_255_levels(MqttVersion version) throws IOException {
        try (PlainClient client = connected(version, "large")) {
            for (String topic : List.of("t".repeat(IDS), "/".repeat(254), "a/".repeat(254) + "z")) {
                subscribe(client, topic, 0);
                client.send(message(topic, 0, 0, false, new byte[] {1}));
                assertThat(((Publish) client.receive()).topic().value()).isEqualTo(topic);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Spec("MQTT-3.2.2-15")
    void the_largest_remaining_length_is_refused_when_its_header_is_there(MqttVersion version) throws IOException {
        try (PlainClient client = connected(version, "boast")) {
            client.send(HexFormat.of().parseHex("30ffffff7f"));
            if (version.isV5()) {
                assertThat(((Disconnect) client.receive()).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            }
            assertThat(client.receive()).isNull();
        }
    }

    @Test
    @Spec({"MQTT-2.2.1-4", "MQTT-3.3.4-9", "MQTT-4.9.0-2"})
    void all_packet_identifiers_are_under_way_to_a_client() throws IOException {
        try (PlainClient slow = new PlainClient(server.port(), MqttVersion.V5);
                PlainClient publisher = connected(MqttVersion.V3_1_1, "publisher")) {
            slow.connect("slow", Properties.builder().with(Property.RECEIVE_MAXIMUM, IDS).build());
            subscribe(slow, "many", 1);
            for (int i = 0; i < IDS + 10; i++) {
                publisher.write(message("many", 1, i % IDS + 1, false, new byte[] {(byte) i}));
                if (i % 1000 == 999 || i == IDS + 9) {
                    publisher.flush();
                    for (int acks = i % 1000 + 1; acks > 0; acks--) {
                        assertThat(publisher.receive()).isInstanceOf(PubAck.class);
                    }
                }
            }
            BitSet ids = new BitSet();
            for (int i = 0; i < IDS; i++) {
                ids.set(((Publish) slow.receive()).packetId());
            }
            assertThat(ids.cardinality()).isEqualTo(IDS);
            assertThat(slow.send(PingReq.INSTANCE).receive()).isEqualTo(PingResp.INSTANCE);
            for (int id = 1; id <= IDS; id++) {
                slow.write(new PubAck(id, ReasonCode.SUCCESS, Properties.NONE));
            }
            slow.flush();
            for (int i = 0; i < 10; i++) {
                assertThat(((Publish) slow.receive()).dup()).isFalse();
            }
        }
    }

    @Test
    @Spec({"MQTT-3.3.4-7", "MQTT-4.3.3-10"})
    void all_packet_identifiers_are_under_way_from_a_client() throws IOException {
        try (PlainClient client = connected(MqttVersion.V5, "greedy")) {
            for (int round = 0; round < 2; round++) {
                for (int id = 1; id <= IDS; id++) {
                    client.write(message("nowhere", 2, id, false, new byte[0]));
                    if (id % 1000 == 0 || id == IDS) {
                        client.flush();
                        for (int due = id % 1000 == 0 ? 1000 : id % 1000; due > 0; due--) {
                            assertThat(((PubRec) client.receive()).reason().isError()).isFalse();
                        }
                    }
                }
            }
            assertThat(client.send(PingReq.INSTANCE).receive()).isEqualTo(PingResp.INSTANCE);
        }
    }
}
