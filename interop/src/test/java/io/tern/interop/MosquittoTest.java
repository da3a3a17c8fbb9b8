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
