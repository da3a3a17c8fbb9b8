package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.testkit.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
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
