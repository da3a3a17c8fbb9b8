package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// How much of what it may have on the disk a store takes.
class DiskPartTest {

    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final long DISK_BYTES = 8L << 20;
    private static final long NARROW_BYTES = 3L << 20;
    private static final int MESSAGES_MOST = 200;
    private static final int LOOKS_MOST = 1000;
    private static final long LOOK_NANOS = 100_000_000;

    private long nanos;

    private JournaledStore store(long diskBytes, long reserveBytes) throws IOException {
        StoreSettings settings = new StoreSettings(
                new JournalOptions(SEGMENT_BYTES, 16 * SEGMENT_BYTES, 2),
                new ArchiverLimits(0, SEGMENT_BYTES, 1),
                true,
                reserveBytes,
                100);
        JournaledStore store = new JournaledStore(new MemoryDisk(diskBytes), new MemoryTable(), settings, "test",
                () -> 1, () -> nanos, took -> { }, () -> { }, cause -> { });
        store.look();
        return store;
    }

    @Test
    void it_is_full_where_the_part_exceeds_one() throws IOException {
        try (JournaledStore roomy = store(DISK_BYTES, SEGMENT_BYTES);
                JournaledStore narrow = store(DISK_BYTES, DISK_BYTES)) {
            assertThat(roomy.diskPart()).isPositive().isLessThan(0.2);
            assertThat(roomy.full()).isFalse();
            assertThat(narrow.diskPart()).isGreaterThan(1);
            assertThat(narrow.full()).isTrue();
        }
    }

    /// However large the journal is on a small disk: nobody has to make room for that.
    @Test
    void what_is_kept_is_apart_from_what_the_journal_takes() throws IOException {
        try (JournaledStore store = store(DISK_BYTES, DISK_BYTES - 26 * SEGMENT_BYTES)) {
            assertThat(store.diskPart()).isBetween(0.1, 0.9);
            assertThat(store.keptPart()).isLessThan(0.01);
        }
    }

    /// Else what is refused in one moment is taken in the next, and refused again.
    @Test
    void what_the_archive_needs_no_more_counts_as_room_by_and_by() throws IOException {
        Shard loop = new Shard();
        try (JournaledStore store = store(NARROW_BYTES, 2L * SEGMENT_BYTES)) {
            Journal journal = store.open(0, loop, loop);
            journal.sessionOpened(1, "c", null, 100, null);
            for (int i = 0; !store.full(); i++) {
                assertThat(i).as("messages taken").isLessThan(MESSAGES_MOST);
                Message message = new Message(
                        TopicName.of("t"), new byte[SEGMENT_BYTES / 4], 1, false, Properties.NONE, null, Message.NEVER);
                journal.queued(1, i, message, 1, false, null, 0);
                journal.commit(0);
                while (store.committer().step()) {
                    while (!loop.tasks.isEmpty()) {
                        loop.tasks.poll().run();
                    }
                }
                store.look();
            }

            while (store.archive()) {
                continue;
            }
            for (int i = 0; i < LOOKS_MOST; i++) {
                store.look();
            }
            assertThat(store.full()).as("just taken over, however often somebody looks").isTrue();

            int looks = 0;
            while (store.full()) {
                assertThat(++looks).as("looks").isLessThan(LOOKS_MOST);
                nanos += LOOK_NANOS;
                store.look();
            }
        }
    }
}
