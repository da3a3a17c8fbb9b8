package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.wire.MqttVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What only mosquitto's commands do.
final class MosquittoTest extends Scenario {

    private static final int LIFE_SECONDS = 20;

    MosquittoTest(Stage stage) {
        super(stage);
    }

    private static Variant mosquitto(MqttVersion version) {
        assumeTrue(Tools.HAS_MOSQUITTO, "left out: mosquitto");
        return new Variant(Maker.MOSQUITTO, Transport.TCP, version);
    }

    /// DISCONNECT with 0x04, which mosquitto_sub sends when it is told to stop.
    @Test
    void publish_a_will_that_DISCONNECT_asks_for() throws Exception {
        Variant variant = mosquitto(MqttVersion.V5);
        Message will = Message.of(root, "gone", 1);
        ForeignClient watcher = connected(variant);
        watcher.subscribe(root, 1);
        connected(setup(variant).withWill(will)).disconnect();
        assertReceives(watcher, will, 1);
    }

    /// The topics below `$SYS` that mosquitto has, too; they are there at once, and the last one is a text of our own.
    @Test
    void read_what_the_broker_says_of_itself() throws Exception {
        Setup setup = setup(mosquitto(MqttVersion.V3_1_1));
        List<String> command = List.of("mosquitto_sub", "-h", "127.0.0.1", "-p", String.valueOf(setup.port()),
                "-q", "2", "-v", "-C", "4", "-t", "$SYS/broker/uptime", "-t", "$SYS/broker/clients/maximum",
                "-t", "$SYS/broker/load/bytes/sent/15min", "-t", "$SYS/broker/store/durability");
        try (Child reader = new Child("mosquitto_sub", command, Map.of(), LIFE_SECONDS, line -> {})) {
            assertThat(reader.awaitEnd()).isZero();
            assertThat(reader.lastWords())
                    .containsPattern("\\$SYS/broker/uptime \\d+ seconds")
                    .containsPattern("\\$SYS/broker/clients/maximum \\d+")
                    .containsPattern("\\$SYS/broker/load/bytes/sent/15min \\d+\\.\\d\\d")
                    .contains("$SYS/broker/store/durability sync");
        }
    }

    @ParameterizedTest(name = "[mosquitto_rr {0}]")
    @EnumSource
    void answer_a_request(MqttVersion version) throws Exception {
        Setup setup = setup(mosquitto(version));
        ForeignClient responder = connected(new Variant(Maker.HIVEMQ, Transport.TCP, MqttVersion.V5));
        responder.subscribe(root + "/requests", 1);
        List<String> command = List.of("stdbuf", "-oL", "mosquitto_rr", "-d", "-V", MosquittoClient.version(version),
                "-h", "127.0.0.1", "-p", String.valueOf(setup.port()), "-t", root + "/requests",
                "-e", root + "/answers", "-m", "6*7", "-q", "1");
        try (Child requester = new Child("mosquitto_rr", command, Map.of(), LIFE_SECONDS, line -> {})) {
            Message request = responder.receive();
            assertThat(request.text()).isEqualTo("6*7");
            assertThat(request.extras().responseTopic()).isEqualTo(version.isV5() ? root + "/answers" : null);
            responder.publish(Message.of(root + "/answers", "42", 1)
                    .with(Extras.request(null, request.extras().correlation())));
            assertThat(requester.awaitEnd()).isZero();
            assertThat(requester.lastWords()).endsWith("42");
        }
    }
}
