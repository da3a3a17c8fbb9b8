package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.cli.Cli;
import io.tern.cli.Streams;
import io.tern.client.Backoff;
import io.tern.client.MqttClient;
import io.tern.wire.MqttVersion;
import io.tern.wire.Publish;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The commands of docs/backup.md, on a broker that runs.
class BackupTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 300;
    private static final String ALLOWED =
            "authorization: [{policy: {rules: [{allow: all, topics: [\"#\", \"$CONTROL/#\"]}]}}]\n";

    @TempDir
    private Path home;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private Server start(String data, String yaml) throws Exception {
        Path file = Files.writeString(home.resolve(data + ".yaml"), "listeners: {mqtt: {port: 0}, ws: {port: 0}}\n"
                + "data_dir: " + home.resolve(data) + "\n" + yaml + ALLOWED);
        return Server.start(Settings.read(file), file, () -> Settings.read(file));
    }

    private static MqttClient connected(Server server, String id, boolean clean) throws Exception {
        MqttClient client = MqttClient.builder().host("127.0.0.1").port(server.port()).version(MqttVersion.V3_1_1)
                .clientId(id).cleanStart(clean).reconnect(Backoff.NONE).build();
        client.connect();
        return client;
    }

    private int tern(PrintStream out, String... args) {
        CommandLine tern = Main.commandLine();
        PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
        Cli.commands(new Streams(InputStream.nullInputStream(), out, err)).forEach((name, made) -> {
            if (name.equals(args[0])) {
                tern.getCommandSpec().removeSubcommand(name);
                tern.addSubcommand(name, made.get());
            }
        });
        return tern.execute(args);
    }

    private int tern(String... args) {
        return tern(new PrintStream(said, true, StandardCharsets.UTF_8), args);
    }

    private static void absent(Server server) throws Exception {
        try (MqttClient absent = connected(server, "absent", false)) {
            absent.subscribe("plant/#", 1);
        }
    }

    private static void publish(MqttClient client, int number) throws Exception {
        client.publish("plant/" + number, new byte[500], 1, false);
    }

    /// Messages of the absent client's queue, and retained ones.
    private static Set<String> kept(Server server, String until) throws Exception {
        Set<String> topics = new TreeSet<>();
        try (MqttClient absent = connected(server, "absent", false)) {
            while (!topics.contains(until)) {
                Publish message = absent.receive(PATIENCE);
                assertThat(message).as("after %s", topics).isNotNull();
                topics.add(message.topic().value());
            }
        }
        return topics;
    }

    private static String[] numbered(int end) {
        return IntStream.range(0, end).mapToObj(i -> "plant/" + i).toArray(String[]::new);
    }

    @Test
    void what_was_acknowledged_before_a_backup_under_load_is_there_after_a_restore() throws Exception {
        Path backup = home.resolve("backup");
        AtomicBoolean going = new AtomicBoolean(true);
        int[] reached = {MESSAGES};
        try (Server server = start("data", "");
                MqttClient publisher = connected(server, "publisher", true);
                MqttClient other = connected(server, "other", true)) {
            absent(server);
            for (int i = 0; i < MESSAGES; i++) {
                publish(publisher, i);
            }
            other.publish("state", "on".getBytes(StandardCharsets.UTF_8), 1, true);
            Thread load = Thread.ofVirtual().start(() -> {
                try {
                    while (going.get()) {
                        publish(publisher, reached[0]++);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(tern("backup", "-p", Integer.toString(server.port()), backup.toString()))
                    .as(said.toString(StandardCharsets.UTF_8)).isZero();
            going.set(false);
            load.join();
            assertThat(home.resolve("data/backup")).as("nothing of it is left there").doesNotExist();
        }
        assertThat(backup.resolve("BACKUP")).exists();
        assertThat(tern("restore", backup.toString(), "--data", home.resolve("restored").toString()))
                .as(said.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(tern("store", "check", "--data", home.resolve("restored").toString())).isZero();
        try (Server server = start("restored", "");
                MqttClient other = connected(server, "other", true)) {
            other.publish("plant/last", new byte[0], 1, false);
            assertThat(kept(server, "plant/last")).contains(numbered(MESSAGES));
            other.subscribe("state", 1);
            assertThat(other.receive(PATIENCE).payload()).asString().isEqualTo("on");
        }
    }

    @Test
    void a_stream_is_a_backup_too_and_a_damaged_one_restores_nothing() throws Exception {
        Path tar = home.resolve("backup.tar");
        try (Server server = start("data", "backup: {bytes_per_second: 100 MiB}\n");
                MqttClient publisher = connected(server, "publisher", true)) {
            absent(server);
            for (int i = 0; i < 50; i++) {
                publish(publisher, i);
            }
            try (PrintStream out = new PrintStream(Files.newOutputStream(tar))) {
                assertThat(tern(out, "backup", "-p", Integer.toString(server.port()), "-"))
                        .as(said.toString(StandardCharsets.UTF_8)).isZero();
            }
        }
        Path damaged = home.resolve("damaged.tar");
        Files.copy(tar, damaged);
        try (RandomAccessFile file = new RandomAccessFile(damaged.toFile(), "rw")) {
            file.seek(700);
            int before = file.read();
            file.seek(700);
            file.write(before ^ 1);
        }
        Path cut = Files.write(home.resolve("cut.tar"),
                Arrays.copyOf(Files.readAllBytes(tar), (int) Files.size(tar) - 2000));
        for (Path each : new Path[] {damaged, cut}) {
            assertThat(tern("restore", each.toString(), "--data", home.resolve("new").toString())).isEqualTo(1);
            assertThat(home.resolve("new")).doesNotExist();
        }
        assertThat(tern("restore", tar.toString(), "--data", home.resolve("new").toString()))
                .as(said.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(tern("restore", tar.toString(), "--data", home.resolve("new").toString()))
                .as("something is kept there").isEqualTo(1);
        try (Server server = start("new", ""); MqttClient other = connected(server, "other", true)) {
            other.publish("plant/last", new byte[0], 1, false);
            assertThat(kept(server, "plant/last")).contains(numbered(50));
        }
    }

    @Test
    void a_rate_that_no_backup_can_keep_is_refused() {
        for (String rate : new String[] {"4000", "0", "-5"}) {
            said.reset();
            assertThat(tern("backup", "--rate", rate, home.resolve("backup").toString())).as(rate).isEqualTo(1);
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("--rate has to be 16384 or more");
            assertThat(home.resolve("backup")).doesNotExist();
        }
    }

    /// Like a full disk behind a pipe, or a reader that has gone.
    private static final class Full extends OutputStream {

        private long leftBytes;

        Full(long bytes) {
            leftBytes = bytes;
        }

        @Override
        public void write(int octet) throws IOException {
            if (leftBytes-- <= 0) {
                throw new IOException("No space left on device");
            }
        }
    }

    @Test
    void a_stream_that_takes_not_all_of_it_is_no_backup() throws Exception {
        try (Server server = start("data", ""); MqttClient publisher = connected(server, "publisher", true)) {
            absent(server);
            for (int i = 0; i < 50; i++) {
                publish(publisher, i);
            }
            String port = Integer.toString(server.port());
            for (int bytes : new int[] {0, 1_000, 20_000}) {
                PrintStream out = new PrintStream(new BufferedOutputStream(new Full(bytes), 64 * 1024));
                assertThat(tern(out, "backup", "-p", port, "-")).as("of %s bytes", bytes).isEqualTo(1);
                assertThat(said.toString(StandardCharsets.UTF_8)).contains("no backup: the output");
                said.reset();
            }
        }
    }

    @Test
    void an_export_that_fails_leaves_no_file_and_touches_none_that_was_there() throws Exception {
        Path lines = home.resolve("lines");
        String data = home.resolve("data").toString();
        try (Server server = start("data", "")) {
            absent(server);
            assertThat(tern("store", "export", "--data", data, lines.toString())).as("in use").isEqualTo(1);
            assertThat(lines).doesNotExist();
        }
        Files.writeString(lines, "mine");
        assertThat(tern("store", "export", "--data", data, lines.toString())).as("there already").isEqualTo(1);
        assertThat(lines).hasContent("mine");
    }

    @Test
    void export_and_import_are_the_way_to_another_version() throws Exception {
        try (Server server = start("data", ""); MqttClient publisher = connected(server, "publisher", true)) {
            absent(server);
            for (int i = 0; i < 20; i++) {
                publish(publisher, i);
            }
        }
        String lines = home.resolve("lines").toString();
        assertThat(tern("store", "export", "--data", home.resolve("data").toString(), lines)).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(lines))))
                .as("it holds all that was kept").isEqualTo("rw-------");
        assertThat(tern("store", "import", "--data", home.resolve("other").toString(), lines)).isZero();
        try (Server server = start("other", ""); MqttClient other = connected(server, "other", true)) {
            other.publish("plant/last", new byte[0], 1, false);
            assertThat(kept(server, "plant/last")).contains(numbered(20));
        }
    }

    @Test
    void check_tells_clean_damaged_and_unknown_apart() throws Exception {
        String data = home.resolve("data").toString();
        assertThat(tern("store", "check", "--data", data)).as("nothing is there").isEqualTo(2);
        try (Server server = start("data", ""); MqttClient publisher = connected(server, "publisher", true)) {
            absent(server);
            publish(publisher, 1);
            assertThat(tern("store", "check", "--data", data)).as("somebody has it").isEqualTo(2);
        }
        assertThat(tern("store", "check", "--data", data)).isZero();
        Files.delete(home.resolve("data/archive/CURRENT"));
        assertThat(tern("store", "check", "--data", data)).isEqualTo(1);
        assertThat(tern("store", "repair", "--dry-run", "--data", data)).isEqualTo(1);
        assertThat(home.resolve("data/archive/CURRENT")).as("dry").doesNotExist();
        assertThat(tern("store", "repair", "--data", data)).as(said.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(tern("store", "check", "--data", data)).isZero();
        try (Stream<Path> files = Files.list(home.resolve("data"))) {
            assertThat(files.map(each -> each.getFileName().toString())).contains("cut-archive");
        }
        try (Server server = start("data", ""); MqttClient other = connected(server, "other", true)) {
            other.publish("plant/last", new byte[0], 1, false);
            assertThat(kept(server, "plant/last")).contains("plant/1");
        }
    }
}
