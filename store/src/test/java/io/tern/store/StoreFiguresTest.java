package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What the journal and the archive count, on a store that is stepped by hand.
class StoreFiguresTest {

    private static final int SEGMENT = 1024 * 1024;

    /// A shard's loop and what it is told.
    private final Shard loop = new Shard();
    private long nanos;

    private JournaledStore open() throws IOException {
        Options options = Options.builder()
                .with(JournalOptions.SEGMENT_BYTES, (long) SEGMENT)
                .with(JournalOptions.MAX_BYTES, 8L * SEGMENT)
                .build();
        StoreSettings settings = StoreSettings.of(options, true, 1L << 40);
        return new JournaledStore(new MemoryDisk(1L << 30), new MemoryTable(), settings, "Tern",
                () -> 7, () -> nanos += 500_000_000, force -> { }, () -> { }, failure -> {
                    throw new AssertionError(failure);
                });
    }

    private static double read(JournaledStore store, String name) {
        return store.figures().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow().read();
    }

    private void settle(JournaledStore store, Journal journal) {
        journal.commit(0);
        while (store.committer().step()) {
            while (!loop.tasks.isEmpty()) {
                loop.tasks.poll().run();
            }
        }
    }

    private static void queue(Journal journal, long sequence, int payloadBytes) {
        journal.queued(1, sequence, new Message(TopicName.of("t"), new byte[payloadBytes], 1, false, Properties.NONE,
                null, Message.NEVER), 1, false, null, 0);
    }

    @Test
    void commits_fsyncs_and_what_was_cut_out_are_counted() throws IOException {
        try (JournaledStore store = open()) {
            Journal journal = store.open(0, loop, loop);
            queue(journal, 0, 100);
            settle(store, journal);
            queue(journal, 1, 100);
            queue(journal, 2, 100);
            journal.settled(1, 1);
            settle(store, journal);

            assertThat(read(store, "tern_journal_commits_total")).isEqualTo(2);
            assertThat(read(store, "tern_journal_fsyncs_total")).isEqualTo(2);
            assertThat(read(store, "tern_journal_fsync_seconds_total")).isEqualTo(1);
            assertThat(read(store, "tern_journal_fsync_last_seconds")).isEqualTo(0.5);
            assertThat(read(store, "tern_journal_fsync_longest_seconds")).isEqualTo(0.5);
            assertThat(read(store, "tern_journal_records_total")).isEqualTo(3);
            assertThat(read(store, "tern_journal_records_cut_total")).isEqualTo(1);
            assertThat(read(store, "tern_journal_segments")).isEqualTo(1);
            assertThat(read(store, "tern_journal_bytes")).isEqualTo(SEGMENT);
            assertThat(read(store, "tern_journal_written_bytes_total")).isBetween(200.0, 600.0);
        }
    }

    @Test
    void the_archive_says_how_far_it_is_behind() throws IOException {
        try (JournaledStore store = open()) {
            Journal journal = store.open(0, loop, loop);
            for (int i = 0; i < 3; i++) {
                queue(journal, i, 100);
                settle(store, journal);
            }
            assertThat(read(store, "tern_archive_lag_frames")).isEqualTo(3);
            store.archiver().catchUp(3);
            while (store.archive()) {
                continue;
            }
            assertThat(read(store, "tern_archive_lag_frames")).isZero();
            assertThat(read(store, "tern_archive_frames_total")).isEqualTo(3);
            store.look();
            assertThat(read(store, "tern_archive_bytes")).isGreaterThanOrEqualTo(0);
        }
    }
}
