package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/// What `tern broker` says that can't start: which flag, or which file, line and key, and what is right.
class StartTest {

    @TempDir
    private Path folder;

    private String complaint(String... args) {
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
        String[] all = new String[args.length + 3];
        all[0] = "broker";
        all[1] = "--data";
        all[2] = folder.resolve("data").toString();
        System.arraycopy(args, 0, all, 3, args.length);
        assertThat(line.execute(all)).isEqualTo(1);
        return err.toString();
    }

    private String complaintAbout(String yaml) throws IOException {
        return complaint("--config", Files.writeString(folder.resolve("tern.yaml"), yaml).toString())
                .replace(folder.toString() + "/", "");
    }

    @Test
    void a_flag_is_called_by_its_name() {
        assertThat(complaint("--port", "99999")).isEqualToIgnoringNewLines(
                "tern: --port: 99999 is not within 0 to 65535");
        assertThat(complaint("--ws-port", "-1")).startsWith("tern: --ws-port: -1 is not");
    }

    @Test
    void a_file_that_is_not_there_is_called_so() {
        assertThat(complaint("--config", "nowhere.yaml")).isEqualToIgnoringNewLines(
                "tern: nowhere.yaml: no such file");
    }

    @Test
    void all_listeners_that_can_not_listen_are_named_at_once_with_their_lines() throws IOException {
        String complaint = complaintAbout("""
                listeners:
                  mqtt.port: 0
                  ws.port: 0
                  one:
                    port: 0
                    tls: {certificate: one.crt, key: one.key}
                  two:
                    port: 0
                    tls: {certificate: two.crt, key: two.key}
                """);
        assertThat(complaint.lines()).hasSize(2);
        assertThat(complaint.lines().toList().get(0)).startsWith("tern: tern.yaml:4: listener one: ")
                .endsWith("one.crt: no such file");
        assertThat(complaint.lines().toList().get(1)).startsWith("tern: tern.yaml:7: listener two: ")
                .endsWith("two.crt: no such file");
    }

    @Test
    void the_data_folder_is_its_owners_alone() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path made = DataFolder.writable(folder.resolve("a/b"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");
        Path wide = Files.createDirectory(folder.resolve("wide"));
        Files.setPosixFilePermissions(wide, PosixFilePermissions.fromString("rwxr-xr-x"));
        DataFolder.writable(wide);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(wide))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void the_operators_secret_is_there_while_it_listens_and_its_owners_alone() throws Exception {
        Path secret = folder.resolve("data/operator.secret");
        Path config = Files.writeString(folder.resolve("tern.yaml"),
                "data_dir: " + folder.resolve("data") + "\nlisteners: {mqtt: {port: 0}, ws: {enabled: false}}\n");
        try (Server server = Server.start(Settings.read(config))) {
            assertThat(Files.readAllLines(secret)).hasSize(2).endsWith(String.valueOf(server.port()));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret))).isEqualTo("rw-------");
        }
        assertThat(secret).doesNotExist();
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void a_data_folder_that_others_may_look_into_is_warned_of_with_the_files_they_may_open() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path data = Files.createDirectories(folder.resolve("data/archive")).getParent();
        mode(Files.writeString(data.resolve("journal"), ""), "rw-r-----");
        mode(Files.writeString(data.resolve("archive/1.sst"), ""), "rw-rw-r--");
        mode(Files.writeString(data.resolve("archive/2.sst"), ""), "rw-------");
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(DataFolder.class);
        heard.start();
        logger.addAppender(heard);
        try {
            mode(data, "rwx------");
            DataFolder.writable(data);
            assertThat(heard.list).isEmpty();
            mode(data, "rwxr-x---");
            DataFolder.writable(data);
        } finally {
            logger.detachAppender(heard);
        }
        assertThat(heard.list).hasSize(2);
        assertThat(heard.list.get(0).getFormattedMessage()).contains(data.toString(), "(rwxr-x---); chmod 700");
        assertThat(heard.list.get(1).getFormattedMessage()).contains("2 of its files", "chmod -R go= " + data);
    }
}
