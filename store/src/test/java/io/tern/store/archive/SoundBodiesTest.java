package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.store.table.Batch;
import io.tern.store.table.RocksTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A check looks up the shared messages that it can't remember, and says the same then.
class SoundBodiesTest {

    private static final long BASE = 1L << 40;
    private static final int SESSIONS = 5;
    private static final int BODIES = 3_000;

    @TempDir
    private Path temp;

    private RocksTable table() throws IOException {
        return RocksTable.open(temp.resolve("archive"), temp.resolve("native"));
    }

    @BeforeEach
    void make() throws IOException {
        try (Archive archive = Archive.open(table(), "a test")) {
            archive.frame(archive.position());
            for (int epoch = 1; epoch <= SESSIONS; epoch++) {
                archive.records().sessionOpened(epoch, "client-" + epoch, null, 3600, null);
            }
            for (int i = 0; i < BODIES; i++) {
                archive.records().body(BASE + 9L * i, new Message(TopicName.of("t"), new byte[100], 1, false,
                        Properties.NONE, null, Message.NEVER));
                for (int epoch = 1; epoch <= SESSIONS; epoch++) {
                    archive.records().queuedShared(epoch, i, BASE + 9L * i, 1, false, null, 0);
                }
            }
            archive.commit(archive.position() + 1);
            archive.flush();
        }
    }

    /// @return what is wrong and lost
    private List<String> said(long bodiesBytesMax) throws IOException {
        Losses losses = new Losses();
        try (SoundArchive archive = SoundArchive.read(temp.resolve("archive"), temp.resolve("native"), 1, "a test",
                null, losses, new SoundQueues(bodiesBytesMax))) {
            List<String> said = new ArrayList<>(archive.faults());
            said.addAll(losses.lines());
            return said;
        }
    }

    @Test
    void nothing_is_wrong_with_a_whole_one() throws IOException {
        assertThat(said(Long.MAX_VALUE)).isEmpty();
        assertThat(said(0)).isEmpty();
        assertThat(said(1_000)).isEmpty();
    }

    @Test
    void what_is_missing_is_missed() throws IOException {
        try (RocksTable table = table()) {
            Batch batch = new Batch();
            for (int i : new int[] {0, 5, BODIES / 2, BODIES - 1}) {
                batch.delete(Keys.body(BASE + 9L * i));
            }
            table.write(batch);
            table.flush();
        }
        List<String> said = said(Long.MAX_VALUE);
        assertThat(said).contains("lost: 4 messages in the queue of client 'client-1'");
        assertThat(said(0)).isEqualTo(said);
        assertThat(said(1_000)).isEqualTo(said);
    }

    @Test
    void without_a_manifest_the_files_are_asked() throws IOException {
        try (Stream<Path> files = Files.list(temp.resolve("archive"))) {
            for (Path each : files.filter(file -> file.getFileName().toString().startsWith("MANIFEST")).toList()) {
                Files.delete(each);
            }
        }
        List<String> said = said(Long.MAX_VALUE);
        assertThat(said).isNotEmpty().noneMatch(line -> line.startsWith("lost: "));
        assertThat(said(0)).isEqualTo(said);
    }
}
