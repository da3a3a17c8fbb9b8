package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data folder that a Tern has written in format 2, in which a shared group's queue looked like the session of a
/// client, and was killed: half of it is in the archive, half in the journal alone. A client's name is no filter, or is
/// the same as a group's.
class FormerFolderTest {

    private static final String PROGRAM = "a test";
    private static final String NEVER = "\"expiry_seconds\":4294967295";

    @TempDir
    private Path folder;

    private void copy() throws IOException, URISyntaxException {
        Path from = Path.of(FormerFolderTest.class.getResource("/store-format-2").toURI());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    private List<String> lines() throws IOException {
        StringBuilder lines = new StringBuilder();
        try (OfflineStore store = new OfflineStore(folder, PROGRAM)) {
            store.export(lines);
        }
        return lines.toString().lines().toList();
    }

    /// Takes the first or second start.
    private void check(List<String> lines) {
        assertThat(lines).filteredOn(line -> line.startsWith("{\"group\"")).containsExactly(
                "{\"group\":{\"epoch\":2,\"filter\":\"$share/g/plant/#\"}}",
                "{\"group\":{\"epoch\":7,\"filter\":\"$share/h/q\"}}",
                "{\"group\":{\"epoch\":11,\"filter\":\"$share/left/alone\"}}");
        assertThat(lines).filteredOn(line -> line.startsWith("{\"session\"")).containsExactly(
                "{\"session\":{\"epoch\":1,\"client_id\":\"member\",\"owner\":{\"user_name\":\"ann\"},"
                        + "\"expiry_seconds\":3600}}",
                "{\"session\":{\"epoch\":3,\"client_id\":\"$share/g/plant/#\",\"owner\":{}," + NEVER
                        + ",\"left_millis\":1790000000000,\"sent_end\":0}}",
                "{\"session\":{\"epoch\":4,\"client_id\":\"$share//b\",\"owner\":{}," + NEVER + "}}",
                "{\"session\":{\"epoch\":5,\"client_id\":\"$share/was/here\"," + NEVER
                        + ",\"left_millis\":1790000000000,\"sent_end\":0}}",
                "{\"session\":{\"epoch\":6,\"client_id\":\"member of h\",\"owner\":{\"user_name\":\"ann\"},"
                        + "\"expiry_seconds\":3600}}",
                "{\"session\":{\"epoch\":8,\"client_id\":\"$share/late/c\",\"owner\":{\"user_name\":\"bob\"},"
                        + NEVER + "}}",
                "{\"session\":{\"epoch\":9,\"client_id\":\"$share/has/subscribed\"," + NEVER + "}}",
                "{\"session\":{\"epoch\":10,\"client_id\":\"$share/has/open\"," + NEVER + "}}");
        assertThat(lines).filteredOn(line -> line.startsWith("{\"queued\""))
                .extracting(line -> line.replaceAll(".*\"epoch\":(\\d+),\"sequence\":(\\d+),.*", "$1 $2"))
                .containsExactly("2 2", "3 0", "4 0", "5 0", "7 0", "8 0", "11 0");
        assertThat(lines).filteredOn(line -> line.startsWith("{\"subscription\"")).hasSize(5);
        assertThat(lines).filteredOn(line -> line.startsWith("{\"inbound\"")).hasSize(1);
    }

    @Test
    void groups_are_told_from_clients_and_nothing_is_lost() throws IOException, URISyntaxException {
        copy();
        check(lines());
        check(lines());
    }

    @Test
    void a_migration_that_was_cut_off_begins_again() throws IOException, URISyntaxException {
        copy();
        // As far as a process comes that is killed before the archive has all frames.
        FileStore.open(folder, StoreSettings.of(Options.DEFAULTS, true, 1L << 30), PROGRAM, nanos -> { }, failure -> {
            throw new AssertionError(failure);
        }).close();
        check(lines());
    }
}
