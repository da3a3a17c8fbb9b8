package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.client.Backoff;
import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.MqttVersion;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator is told while a queue is full: by `$SYS`, and in the audit log.
class QueueAlarmsTest {

    private static final int LIMIT = 10;
    private static final int MESSAGES = 30;
    private static final String DROPPED = "$SYS/broker/alarms/acknowledged_dropped";
    private static final String HIGH = "$SYS/broker/alarms/queue_high/sessions";

    @TempDir
    private Path folder;

    private static MqttClient client(Server server, String id, boolean durable) throws Exception {
        MqttClient client = MqttClient.builder().host("127.0.0.1").port(server.port()).version(MqttVersion.V5)
                .clientId(id).cleanStart(!durable).sessionExpirySeconds(durable ? 3600 : 0).reconnect(Backoff.NONE)
                .build();
        client.connect();
        return client;
    }

    @Test
    void a_full_queue_and_what_it_drops_are_alarms_that_name_its_client() throws Exception {
        Path file = Files.writeString(folder.resolve("tern.yaml"), "listeners: {mqtt: {port: 0}, ws: {port: 0}}\n"
                + "data_dir: " + folder + "/data\nlimits.queue_messages: " + LIMIT + "\naudit.file: audit.log\n");
        try (Server server = Server.start(Settings.read(file), file, () -> Settings.read(file))) {
            try (MqttClient sleeper = client(server, "sleeper", true)) {
                sleeper.subscribe("q", 1);
            }
            try (MqttClient watcher = client(server, "watcher", false);
                    MqttClient publisher = client(server, "publisher", false)) {
                for (int i = 0; i < MESSAGES; i++) {
                    publisher.publish("q", new byte[1], 1, false);
                }
                watcher.subscribe("$SYS/broker/alarms/#", 1);

                Map<String, String> alarms = new HashMap<>();
                while (!(alarms.containsKey(DROPPED) && alarms.containsKey(HIGH))) {
                    Publish message = watcher.receive(Duration.ofSeconds(20));
                    assertThat(message).as("besides %s", alarms).isNotNull();
                    alarms.put(message.topic().value(), new String(message.payload(), StandardCharsets.UTF_8));
                }

                assertThat(alarms.get(DROPPED)).contains("\"client\":\"sleeper\"", "\"reason\":\"queue_full\"",
                        "\"active\":true", "\"messages\":");
                assertThat(alarms.get(HIGH)).contains("\"client\":\"sleeper\"", "1 queue is nearly full");
            }
        }
        assertThat(Files.readString(folder.resolve("data/audit.log")))
                .contains("\"event\":\"acknowledged_dropped\"", "\"event\":\"queue_high\"");
    }

    @Test
    void who_has_too_much_is_an_alarm_that_names_him() throws Exception {
        Path file = Files.writeString(folder.resolve("tern.yaml"), "listeners: {mqtt: {port: 0}, ws: {port: 0}}\n"
                + "data_dir: " + folder + "/data\nquota.sessions: 2\naudit.file: audit.log\n");
        try (Server server = Server.start(Settings.read(file), file, () -> Settings.read(file));
                MqttClient first = client(server, "first", false);
                MqttClient watcher = client(server, "watcher", false)) {
            assertThat(first.isConnected()).isTrue();
            watcher.subscribe("$SYS/broker/alarms/over_quota", 1);
            assertThatThrownBy(() -> client(server, "third", false))
                    .isInstanceOfSatisfying(MqttException.class, refused ->
                            assertThat(refused.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED));

            Publish message = watcher.receive(Duration.ofSeconds(20));

            assertThat(new String(message.payload(), StandardCharsets.UTF_8)).contains(
                    "\"event\":\"over_quota\"", "\"times\":1", "\"active\":true",
                    "address 127.0.0.1 has too many sessions");
        }
        assertThat(Files.readString(folder.resolve("data/audit.log"))).contains("\"event\":\"over_quota\"");
    }
}
