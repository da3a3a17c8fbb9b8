package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.cli.Cli;
import io.tern.cli.Streams;
import io.tern.client.Backoff;
import io.tern.client.MqttClient;
import io.tern.wire.MqttVersion;
import io.tern.wire.Publish;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What the broker counts, from real traffic to who reads it.
class FiguresTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Server start(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("tern.yaml"),
                "listeners: {mqtt: {port: 0}, ws: {port: 0}}\ndata_dir: " + folder + "/data\n" + yaml);
        return Server.start(Settings.read(file), file, () -> Settings.read(file));
    }

    private static MqttClient connected(Server server, String id, boolean clean) throws Exception {
        MqttClient client = MqttClient.builder()
                .host("127.0.0.1")
                .port(server.port())
                .version(MqttVersion.V3_1_1)
                .clientId(id)
                .cleanStart(clean)
                .reconnect(Backoff.NONE)
                .build();
        client.connect();
        return client;
    }

    private static final class Said {
        private final MqttClient client;
        private final Map<String, String> latest = new HashMap<>();

        Said(MqttClient client) {
            this.client = client;
        }

        /// Takes what comes until a topic says something.
        void until(String topic, Predicate<String> text) throws Exception {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!latest.containsKey(topic) || !text.test(latest.get(topic))) {
                Publish message = client.receive(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
                assertThat(message).as("%s in %s", topic, latest).isNotNull();
                String name = message.topic().value();
                assertThat(name).startsWith("$SYS/broker/");
                latest.put(name.substring("$SYS/broker/".length()),
                        new String(message.payload(), StandardCharsets.UTF_8));
            }
        }

        void until(String topic, String text) throws Exception {
            until(topic, text::equals);
        }
    }

    @Test
    void sys_says_what_has_happened() throws Exception {
        try (Server server = start("sys_interval: 100 ms\n");
                MqttClient watch = connected(server, "watch", true);
                MqttClient subscriber = connected(server, "subscriber", true);
                MqttClient publisher = connected(server, "publisher", true)) {
            connected(server, "away", false).close();
            subscriber.subscribe("a/#", 1);
            for (int i = 0; i < 20; i++) {
                publisher.publish("a/b", new byte[100], 1, i == 0);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(subscriber.receive(PATIENCE)).isNotNull();
            }
            watch.subscribe("$SYS/broker/#", 0);
            Said said = new Said(watch);

            said.until("publish/messages/received", "20");
            said.until("clients/total", "4");
            said.until("clients/disconnected", "1");
            said.until("clients/connected", "3");
            said.until("retained messages/count", "1");
            said.until("subscriptions/count", "2");
            said.until("mqtt/puback/received", "20");
            said.until("store/durability", "sync");
            said.until("mqtt/puback/sent", "20");
            said.until("mqtt/connect/received", "4");
            said.until("version", text -> text.startsWith("tern version "));
            said.until("uptime", text -> text.matches("\\d+ seconds"));
            said.until("bytes/received", text -> Long.parseLong(text) > 20 * 100);
            said.until("load/publish/received/1min", text -> Double.parseDouble(text) > 0);
            said.until("store/journal/fsyncs", text -> Long.parseLong(text) > 0);
        }
    }

    @Test
    void a_restart_begins_anew() throws Exception {
        try (Server server = start("sys_interval: 100 ms\n");
                MqttClient watch = connected(server, "watch", false)) {
            watch.subscribe("$SYS/broker/uptime", 1);
            assertThat(watch.receive(PATIENCE)).isNotNull();
        }
        try (Server server = start("sys_interval: 0\n");
                MqttClient watch = connected(server, "watch", false)) {
            watch.subscribe("$SYS/#", 1);
            watch.subscribe("mine", 1);
            watch.publish("mine", new byte[0], 1, false);
            assertThat(watch.receive(PATIENCE).topic().value()).isEqualTo("mine");
            assertThat(server.broker().retainedMessages()).isZero();
        }
    }

    @Test
    void the_command_line_prints_them_for_prometheus() throws Exception {
        String yaml = "authorization: [{policy: {rules: [{allow: all, topics: [\"#\", \"$CONTROL/#\"]}]}}]\n";
        try (Server server = start(yaml)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
            CommandLine tern = new CommandLine(CommandLine.Model.CommandSpec.create());
            Cli.commands(new Streams(InputStream.nullInputStream(), print, print)).forEach(
                    (name, made) -> tern.addSubcommand(name, made.get()));

            assertThat(tern.execute("figures", "-p", Integer.toString(server.port()))).isZero();

            assertThat(out.toString(StandardCharsets.UTF_8)).contains("""
                    # HELP tern_connections_open Connections that are open, with CONNECT or not yet.
                    # TYPE tern_connections_open gauge
                    tern_connections_open 1
                    """, """
                    # TYPE tern_sessions gauge
                    tern_sessions{state="connected"} 1
                    tern_sessions{state="absent"} 0
                    """,
                    "tern_listener_opened_total{listener=\"mqtt\"} 1\n",
                    "tern_durability_info{mode=\"sync\"} 1\n");
        }
    }
}
