package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.client.MqttClient;
import io.tern.testkit.TestBroker;
import io.tern.wire.Publish;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs with which people meet MQTT first, just as tutorials have them.
@DisplayNameGeneration(MethodNames.class)
final class FirstStepsTest {

    private static final int LIFE_SECONDS = 60;

    @TempDir
    private Path folder;

    private final TestBroker broker = TestBroker.start();

    @AfterEach
    void stop() {
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    private static String said(String name, Map<String, String> environment, String... command) throws Exception {
        try (Child child = new Child(name, List.of(command), environment, LIFE_SECONDS, line -> { })) {
            assertThat(child.awaitEnd()).as(child.lastWords()).isZero();
            return child.lastWords();
        }
    }

    @Test
    void in_C_plus_plus_on_libmosquitto() throws Exception {
        boolean there = Tools.program("g++") != null && Files.exists(Path.of("/usr/include/mosquittopp.h"));
        assumeTrue(there, "left out: libmosquitto for C++ (apt install g++ libmosquittopp-dev)");
        Path program = folder.resolve("first-steps");
        said("g++", Map.of(), "g++", "-o", program.toString(), Tools.script("first-steps.cpp"), "-lmosquittopp");
        assertThat(said("first-steps", Map.of(), program.toString(), String.valueOf(broker.port()))).contains(
                "connected 0", "subscribed 1 1", "message first/steps hello", "disconnected 0");
    }

    @Test
    void in_Python_on_Paho_before_2_0() throws Exception {
        assumeTrue(Tools.PYTHON != null, "left out: Paho for Python (apt install python3-paho-mqtt)");
        String said = said("first_steps.py", Map.of(), Tools.PYTHON.toString(), "-u", Tools.script("first_steps.py"),
                String.valueOf(broker.port()));
        assumeTrue(!said.contains("paho 2"), "left out: Paho for Python before 2.0");
        assertThat(said).contains("connected 0", "message device/a hello");
    }

    @Test
    void in_Python_on_asyncio_mqtt() throws Exception {
        assumeTrue(Tools.PYTHON_ASYNCIO != null, "left out: asyncio-mqtt (apt install python3-asyncio-mqtt)");
        String said = said("first_steps_asyncio.py", Map.of(), Tools.PYTHON_ASYNCIO.toString(), "-u",
                Tools.script("first_steps_asyncio.py"), String.valueOf(broker.port()));
        assertThat(said).contains("message device/last kept 1 1", "message device/a hello 0 0 0",
                "message device/a hello 1 1 0", "message device/a hello 2 2 0");
    }

    /// Which publishes what it measures, and takes from the broker what others have measured.
    @Test
    void collectd_publishes_and_subscribes() throws Exception {
        assumeTrue(Tools.program("collectd") != null, "left out: collectd (apt install collectd-core)");
        Path config = Files.writeString(folder.resolve("collectd.conf"), """
                Hostname "here"
                BaseDir "%1$s"
                PIDFile "%1$s/collectd.pid"
                Interval 0.1
                LoadPlugin uptime
                LoadPlugin mqtt
                LoadPlugin csv
                <Plugin csv>
                    DataDir "%1$s/csv"
                    StoreRates false
                </Plugin>
                <Plugin mqtt>
                    <Publish "out">
                        Host "127.0.0.1"
                        Port %2$d
                        ClientId "collectd-out"
                        QoS 2
                        Prefix "from"
                        Retain true
                    </Publish>
                    <Subscribe "in">
                        Host "127.0.0.1"
                        Port %2$d
                        ClientId "collectd-in"
                        QoS 2
                        Topic "to/#"
                    </Subscribe>
                </Plugin>
                """.formatted(folder, broker.port()));
        List<String> command = List.of(Tools.program("collectd").toString(), "-f", "-C", config.toString());
        try (MqttClient client = MqttClient.builder().host("127.0.0.1").port(broker.port()).clientId("c").build();
                Child collectd = new Child("collectd", command, Map.of(), LIFE_SECONDS, line -> { })) {
            client.connect();
            client.subscribe("from/#", 2);
            Publish measured = client.receive(Duration.ofSeconds(20));
            assertThat(measured).as(collectd.lastWords()).isNotNull();
            assertThat(measured.topic().value()).isEqualTo("from/here/uptime/uptime");
            assertThat(new String(measured.payload(), StandardCharsets.US_ASCII)).matches("[\\d.]+:[\\d.]+\0");
            Waiting.until(() -> {
                publish(client, "to/there/load/gauge-x", System.currentTimeMillis() / 1000 + ":4711\0");
                return Files.isDirectory(folder.resolve("csv/there/load"));
            }, "taken by collectd");
        }
    }

    private static void publish(MqttClient client, String topic, String text) {
        try {
            client.publish(topic, text.getBytes(StandardCharsets.US_ASCII), 2, false);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// QoS 2, too, where it would keep the alias until it means something else.
    @Test
    void in_JavaScript_with_topic_aliases() throws Exception {
        assumeTrue(Tools.NODE != null && Tools.HAS_MQTT_JS, "left out: MQTT.js (npm ci in interop/node)");
        String said = said("aliases.cjs", Map.of("NODE_PATH", Tools.NODE_MODULES.toString()), Tools.NODE.toString(),
                Tools.script("aliases.cjs"), String.valueOf(broker.port()));
        for (int i = 0; i < 9; i++) {
            assertThat(said).contains("message " + i + " a/topic/that/is/worth/an/alias");
        }
    }
}
