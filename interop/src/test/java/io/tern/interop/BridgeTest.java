package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.client.MqttClient;
import io.tern.wire.Publish;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// mosquitto as a bridge to this broker: `far` stands behind mosquitto, `near` before us.
@DisplayNameGeneration(MethodNames.class)
final class BridgeTest {

    private static final int LIFE_SECONDS = 120;
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String STATE = "$SYS/broker/connection/+/state";
    private static final int MANY = 20;

    @TempDir
    private Path folder;

    private BrokerProcess tern;
    private MosquittoBroker mosquitto;
    private int port;
    private final List<MqttClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Tools.MOSQUITTO != null, "left out: mosquitto (apt install mosquitto)");
        Files.createDirectory(folder.resolve("tern"));
        tern = new BrokerProcess(folder.resolve("tern"), 0, LIFE_SECONDS);
        port = tern.port(Transport.TCP);
    }

    @AfterEach
    void stop() throws Exception {
        clients.forEach(MqttClient::close);
        if (mosquitto != null) {
            mosquitto.close();
        }
        if (tern != null) {
            tern.close();
        }
    }

    private void bridge(String... lines) throws Exception {
        List<String> config = new ArrayList<>(List.of("connection edge1", "address 127.0.0.1:" + port));
        config.addAll(List.of(lines));
        mosquitto = new MosquittoBroker(folder, config);
        mosquitto.start();
    }

    private MqttClient client(int at, String id) throws Exception {
        MqttClient client = MqttClient.builder().host("127.0.0.1").port(at).clientId(id).build();
        clients.add(client);
        client.connect();
        return client;
    }

    private MqttClient near(String id) throws Exception {
        return client(port, id);
    }

    private MqttClient far(String id) throws Exception {
        return client(mosquitto.port(), id);
    }

    private static void publish(MqttClient client, String topic, String text, int qos) throws Exception {
        client.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, false);
    }

    private static String text(Publish message) {
        return message.topic().value() + " " + new String(message.payload(), StandardCharsets.UTF_8);
    }

    private void assertReceives(MqttClient client, String expected) throws Exception {
        Publish message = client.receive(LONG);
        assertThat(message).as("instead of %s. %s%n%s", expected, mosquitto.lastWords(), tern.lastWords()).isNotNull();
        assertThat(text(message)).isEqualTo(expected);
    }

    private static void assertReceivesNoMore(MqttClient client) throws Exception {
        Publish more = client.receive(SHORT);
        assertThat(more == null ? null : text(more)).isNull();
    }

    /// Waits until the bridge is there, as its state says.
    private MqttClient watchingState(String state) throws Exception {
        MqttClient watcher = near("watcher");
        watcher.subscribe(STATE, 1);
        awaitState(watcher, state);
        return watcher;
    }

    private void awaitState(MqttClient watcher, String state) throws Exception {
        for (Publish message = watcher.receive(LONG); ; message = watcher.receive(LONG)) {
            assertThat(message).as("state %s. %s%n%s", state, mosquitto.lastWords(), tern.lastWords()).isNotNull();
            assertThat(message.topic().value()).startsWith("$SYS/broker/connection/").contains("edge1");
            if (new String(message.payload(), StandardCharsets.UTF_8).equals(state)) {
                return;
            }
        }
    }

    /// All that comes, each once or more often, until nothing is missing.
    private void assertReceivesAll(MqttClient client, Set<String> expected) throws Exception {
        Set<String> missing = new LinkedHashSet<>(expected);
        while (!missing.isEmpty()) {
            Publish message = client.receive(LONG);
            assertThat(message).as("missing: %s. %s%n%s", missing, mosquitto.lastWords(), tern.lastWords()).isNotNull();
            missing.remove(text(message));
        }
    }

    private static Set<String> numbered(String topic) {
        return new LinkedHashSet<>(IntStream.range(0, MANY).mapToObj(i -> topic + i + " x").toList());
    }

    private static void publishMany(MqttClient client, String topic, boolean retained) throws Exception {
        for (int i = 0; i < MANY; i++) {
            client.publish(topic + i, new byte[] {'x'}, 1, retained);
        }
    }

    /// As in the first example of its manual.
    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", "bridge_protocol_version mqttv31", "bridge_protocol_version mqttv311",
            "bridge_protocol_version mqttv50"})
    void with_its_defaults_brings_each_message_over_once_and_none_back(String version) throws Exception {
        bridge("topic # both 1", version);
        watchingState("1");
        MqttClient near = near("near");
        MqttClient far = far("far");
        near.subscribe("#", 1);
        far.subscribe("#", 1);

        for (int qos = 0; qos <= 2; qos++) {
            publish(near, "from/near", "n" + qos, qos);
            assertReceives(near, "from/near n" + qos);
            assertReceives(far, "from/near n" + qos);
            publish(far, "from/far", "f" + qos, qos);
            assertReceives(far, "from/far f" + qos);
            assertReceives(near, "from/far f" + qos);
        }
        assertReceivesNoMore(near);
        assertReceivesNoMore(far);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"mqttv311", "mqttv50"})
    void in_and_out_under_other_names(String version) throws Exception {
        bridge("topic up/# out 1 here/ there/", "topic down/# in 1 here/ there/", "bridge_protocol_version " + version);
        watchingState("1");
        MqttClient near = near("near");
        MqttClient far = far("far");
        near.subscribe("there/#", 1);
        far.subscribe("here/#", 1);

        publish(far, "here/up/a", "1", 1);
        assertReceives(far, "here/up/a 1");
        assertReceives(near, "there/up/a 1");
        publish(near, "there/down/b", "2", 1);
        assertReceives(near, "there/down/b 2");
        assertReceives(far, "here/down/b 2");
        publish(near, "there/up/c", "3", 1);
        publish(far, "here/down/d", "4", 1);
        assertReceives(near, "there/up/c 3");
        assertReceives(far, "here/down/d 4");
        assertReceivesNoMore(near);
        assertReceivesNoMore(far);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"mqttv311", "mqttv50"})
    void brings_retained_messages_with_their_flag(String version) throws Exception {
        MqttClient near = near("near");
        near.publish("kept/near", new byte[] {'n'}, 1, true);
        bridge("topic kept/# both 1", "bridge_protocol_version " + version);
        watchingState("1");
        MqttClient far = far("far");
        far.publish("kept/far", new byte[] {'f'}, 1, true);
        near.subscribe("kept/far", 1);
        assertReceives(near, "kept/far f");
        MqttClient late = near("late");
        late.subscribe("kept/far", 1);
        assertReceives(late, "kept/far f");
        MqttClient farLate = far("far-late");
        farLate.subscribe("kept/near", 1);
        assertReceives(farLate, "kept/near n");
    }

    @Test
    void tells_that_it_has_gone_by_its_will_and_by_itself_only_if_it_is_to() throws Exception {
        bridge("topic # out 1", "restart_timeout 1", "keepalive_interval 5");
        MqttClient watcher = watchingState("1");
        mosquitto.kill();
        awaitState(watcher, "0");
        mosquitto.start();
        awaitState(watcher, "1");

        mosquitto.kill();
        awaitState(watcher, "0");
        mosquitto.close();
        bridge("topic # both 1", "notifications false", "clientid quiet");
        MqttClient near = near("near");
        near.subscribe("ready", 1);
        MqttClient far = far("far");
        // Without notifications, what comes over says that it is there.
        publish(far, "ready", "r", 1);
        assertReceives(near, "ready r");
        assertReceivesNoMore(watcher);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"mqttv311", "mqttv50"})
    void with_cleansession_false_loses_nothing_when_either_side_is_killed(String version) throws Exception {
        bridge("topic # both 1", "cleansession false", "clientid edge1", "restart_timeout 1",
                "bridge_protocol_version " + version);
        MqttClient watcher = watchingState("1");
        // Retained, so that it can be seen later what has come over.
        MqttClient near = near("near");
        mosquitto.kill();
        awaitState(watcher, "0");
        publishMany(near, "while/mosquitto/", true);
        mosquitto.start();
        MqttClient far = far("far");
        far.subscribe("while/#", 1);
        assertReceivesAll(far, numbered("while/mosquitto/"));

        tern.kill();
        publishMany(far, "while/tern/", false);
        tern = new BrokerProcess(folder.resolve("tern"), port, LIFE_SECONDS);
        assertThat(tern.port(Transport.TCP)).isEqualTo(port);
        MqttClient later = near("later");
        later.subscribe("while/tern/#", 1);
        publishMany(far, "while/tern/again/", false);
        assertReceivesAll(later, numbered("while/tern/again/"));
    }
}
