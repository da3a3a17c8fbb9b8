package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.app.Main;
import io.tern.wire.PubAck;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A data folder, or something in it, that the user may not use: nobody takes it for empty or damaged, and nothing of
/// it changes. Root is refused nothing, so for root the commands run without that privilege, as any other user's do.
@Timeout(300)
class RightsTest {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int CANT_TELL = 2;
    private static final int MESSAGES = 20;
    private static final String JOURNAL = "journal";
    private static final String ARCHIVE = "archive";

    @TempDir
    private Path home;

    private Path data;
    private List<String> unprivileged;

    /// What a command has said, and its exit code.
    private record Outcome(int code, String said) {}

    @BeforeEach
    void make() throws Exception {
        unprivileged = "root".equals(System.getProperty("user.name"))
                ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
                : List.of();
        Path closed = Files.createDirectory(home.resolve("closed"));
        mode(closed, "---------");
        try {
            Assumptions.assumeTrue(
                    run(List.of("ls", closed.toString())).code != 0, "everything may be read here, whatever its mode");
        } catch (IOException none) {
            Assumptions.abort("privileges can't be given up here: " + none.getMessage());
        }
        data = home.resolve("data");
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of())) {
            try (Peer sleeper = Peer.durable(broker, "c", null)) {
                assertThat(sleeper.subscribe("t", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
            }
            try (Peer publisher = Peer.passing(broker, "p")) {
                for (int i = 0; i < MESSAGES; i++) {
                    publisher.publish("t", 1, new byte[100]);
                    publisher.flush();
                    assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                }
            }
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        }
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(unprivileged);
        words.addAll(command);
        Path out = home.resolve("said");
        Process process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            boolean ends = process.waitFor(Waiting.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
            String said = Files.readString(out);
            assertThat(ends).as("a broker that has started: " + said).isTrue();
            return new Outcome(process.exitValue(), said);
        } finally {
            process.destroyForcibly();
        }
    }

    private Outcome tern(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Set<PosixFilePermission> mode(Path file, String permissions) throws IOException {
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return before;
    }

    private Map<String, Long> sizes() throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        for (String part : List.of(JOURNAL, ARCHIVE)) {
            try (Stream<Path> files = Files.list(data.resolve(part))) {
                for (Path each : files.filter(file -> !file.getFileName().toString().startsWith("LOG")).toList()) {
                    sizes.put(part + "/" + each.getFileName(), Files.size(each));
                }
            }
        }
        return sizes;
    }

    private Path first(String part, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(part))) {
            return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().findFirst()
                    .orElseThrow();
        }
    }

    private void refused(Outcome outcome, int code, Path named) {
        assertThat(outcome.code).as(outcome.said).isEqualTo(code);
        assertThat(outcome.said).contains("tern: ", named.toString(), "can't be used by user", "Nothing is lost",
                "chmod -R u+rwX " + data).doesNotContain("DAMAGE", "there is no store", "listens on", "\tat ");
    }

    private void closed(Path what) throws Exception {
        Path out = home.resolve("out");
        Map<String, Long> before = sizes();
        Set<PosixFilePermission> mode = mode(what, "---------");
        try {
            refused(tern("store", "check", "--data", data.toString()), CANT_TELL, what);
            if (what.equals(data)) {
                Outcome broker = tern("broker", "--port=0", "--ws-port=0", "--data", data.toString());
                assertThat(broker.code).as(broker.said).isEqualTo(FAILED);
                assertThat(broker.said).contains("the data folder " + data + " can't be written");
                refused(tern("store", "repair", "--data", data.toString()), FAILED, what);
                refused(tern("store", "export", "--data", data.toString(), out.toString()), FAILED, what);
                assertThat(out).doesNotExist();
            } else {
                refused(tern("broker", "--port=0", "--ws-port=0", "--data", data.toString()), FAILED, what);
            }
        } finally {
            Files.setPosixFilePermissions(what, mode);
        }
        assertThat(sizes()).isEqualTo(before);
        Outcome check = tern("store", "check", "--data", data.toString());
        assertThat(check.code).as(check.said).isEqualTo(OK);
    }

    @Test
    void a_data_folder_that_may_not_be_entered() throws Exception {
        closed(data);
    }

    @Test
    void a_journal_that_may_not_be_entered() throws Exception {
        closed(data.resolve(JOURNAL));
    }

    @Test
    void a_file_of_the_journal() throws Exception {
        closed(first(JOURNAL, "journal-.*"));
    }

    @Test
    void an_archive_that_may_not_be_entered() throws Exception {
        closed(data.resolve(ARCHIVE));
    }

    @Test
    void a_file_of_the_archive() throws Exception {
        closed(first(ARCHIVE, ".*\\.sst"));
    }

    @Test
    void what_may_only_be_read_can_be_checked_but_not_used() throws Exception {
        Map<String, Long> before = sizes();
        List<Path> all;
        try (Stream<Path> files = Files.walk(data)) {
            all = files.toList();
        }
        for (Path each : all) {
            mode(each, Files.isDirectory(each) ? "r-xr-xr-x" : "r--r--r--");
        }
        try {
            Outcome check = tern("store", "check", "--data", data.toString());
            assertThat(check.code).as(check.said).isEqualTo(OK);
            Outcome broker = tern("broker", "--port=0", "--ws-port=0", "--data", data.toString());
            assertThat(broker.code).as(broker.said).isEqualTo(FAILED);
            assertThat(broker.said).contains(data.toString()).doesNotContain("listens on", "\tat ");
            assertThat(tern("store", "repair", "--data", data.toString()).said).doesNotContain("\tat ");
        } finally {
            for (Path each : all) {
                mode(each, Files.isDirectory(each) ? "rwx------" : "rw-------");
            }
        }
        assertThat(sizes()).isEqualTo(before);
    }
}
