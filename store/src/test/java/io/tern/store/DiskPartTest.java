package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.MemoryTable;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// How much of what it may have on the disk a store takes.
class DiskPartTest {

    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final long DISK_BYTES = 8L << 20;

    private static JournaledStore store(long reserveBytes) throws IOException {
        StoreSettings settings = new StoreSettings(
                new JournalOptions(SEGMENT_BYTES, 16 * SEGMENT_BYTES, 2),
                new ArchiverLimits(0, SEGMENT_BYTES, 1),
                true,
                reserveBytes,
                100);
        JournaledStore store = new JournaledStore(new MemoryDisk(DISK_BYTES), new MemoryTable(), settings, "test",
                () -> 1, () -> 0, nanos -> { }, () -> { }, cause -> { });
        store.look();
        return store;
    }

    @Test
    void it_is_full_where_the_part_exceeds_one() throws IOException {
        try (JournaledStore roomy = store(SEGMENT_BYTES);
                JournaledStore narrow = store(DISK_BYTES)) {
            assertThat(roomy.diskPart()).isPositive().isLessThan(0.2);
            assertThat(roomy.full()).isFalse();
            assertThat(narrow.diskPart()).isGreaterThan(1);
            assertThat(narrow.full()).isTrue();
        }
    }

    /// However large the journal is on a small disk: nobody has to make room for that.
    @Test
    void what_is_kept_is_apart_from_what_the_journal_takes() throws IOException {
        try (JournaledStore store = store(DISK_BYTES - 26 * SEGMENT_BYTES)) {
            assertThat(store.diskPart()).isBetween(0.1, 0.9);
            assertThat(store.keptPart()).isLessThan(0.01);
        }
    }
}
