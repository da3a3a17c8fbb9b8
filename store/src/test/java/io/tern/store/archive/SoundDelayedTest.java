package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.store.table.Batch;
import io.tern.store.table.MemoryTable;
import io.tern.store.table.RocksTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Queues of delayed messages in a damaged archive: their entries say all that is to be known of them.
class SoundDelayedTest {

    private static final long EPOCH = 7;
    private static final int MESSAGES = 30;

    @TempDir
    private Path temp;
    private List<String> whole;

    private RocksTable table() throws IOException {
        return RocksTable.open(temp.resolve("archive"), temp.resolve("native"));
    }

    private static long place(int message) {
        return DueSequence.of(1_790_000_000_000L + 60_000L * message, message);
    }

    @BeforeEach
    void make() throws IOException {
        try (Archive archive = Archive.open(table(), "a test")) {
            archive.frame(archive.position());
            archive.records().sessionOpened(3, "client", null, 3600, null);
            archive.records().delayedOpened(EPOCH);
            for (int i = 0; i < MESSAGES; i++) {
                archive.records().delayed(EPOCH, place(i), new Message(TopicName.of("later/" + i), new byte[9], 0,
                        false, Properties.NONE, "p", Message.NEVER), 0);
            }
            archive.commit(archive.position() + 1);
            archive.flush();
            whole = Described.of(archive, new Random(1));
        }
    }

    private interface Damage {
        void to(RocksTable table, Batch batch) throws IOException;
    }

    private void damage(Damage damage) throws IOException {
        try (RocksTable table = table()) {
            Batch batch = new Batch();
            damage.to(table, batch);
            table.write(batch);
            table.flush();
        }
    }

    /// @param repaired gets what makes sense
    private List<String> said(MemoryTable repaired) throws IOException {
        Losses losses = new Losses();
        try (SoundArchive archive = SoundArchive.read(
                temp.resolve("archive"), temp.resolve("native"), 1, "a test", repaired, losses)) {
            List<String> said = new ArrayList<>(archive.faults());
            said.addAll(losses.lines());
            archive.write(archive.position());
            assertThat(archive.sessions().delayedQueues()).isEqualTo(1);
            return said;
        }
    }

    @Test
    void without_its_mark_a_queue_is_known_by_its_entries() throws IOException {
        damage((table, batch) -> batch.delete(Keys.session(EPOCH, Keys.DELAYED)));
        MemoryTable repaired = new MemoryTable();

        assertThat(said(repaired)).containsExactly("the queue of delayed messages 7 without a mark that it is one");
        assertThat(Described.of(Archive.open(repaired, "a test"), new Random(1))).isEqualTo(whole);
    }

    @Test
    void so_it_is_if_nothing_but_the_entries_is_left() throws IOException {
        damage((table, batch) -> {
            batch.delete(Keys.session(EPOCH, Keys.DELAYED));
            batch.delete(Keys.session(EPOCH, Keys.BOUNDS));
        });
        MemoryTable repaired = new MemoryTable();

        assertThat(said(repaired)).containsExactly("the queue of delayed messages 7 without a mark that it is one",
                "the queue of delayed messages 7 without its bounds");
        assertThat(Described.of(Archive.open(repaired, "a test"), new Random(1)))
                .containsAll(whole.stream().filter(line -> line.startsWith("7 at ")).toList())
                .hasSameSizeAs(whole);
    }

    @Test
    void of_a_broken_entry_it_is_said_where_it_would_have_gone() throws IOException {
        damage((table, batch) -> {
            byte[] value = table.get(Keys.queue(EPOCH, place(4)));
            value[1] |= 3; // There is no QoS 3.
            batch.put(Keys.queue(EPOCH, place(4)), value);
        });
        MemoryTable repaired = new MemoryTable();

        assertThat(said(repaired)).containsExactly(
                "queue entry of session 7 at " + place(4) + " makes no sense",
                "lost: 1 message in the queue of delayed messages 7",
                "lost: the delayed message to 'later/4', due at 2026-09-21T14:17:20Z");
        assertThat(Described.of(Archive.open(repaired, "a test"), new Random(1)))
                .hasSize(whole.size() - 1)
                .noneMatch(line -> line.contains("later/4"));
    }
}
