package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Backups;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backup is read at a bounded rate, one at a time, and is given up when nobody reads it.
class StoreBackupsTest {

    private static final int BYTES_PER_SECOND = 1000;
    private static final int SEGMENT_BYTES = 64 * 1024;

    @TempDir
    private Path folder;
    private final AtomicLong nanos = new AtomicLong(1);
    private Closeable lock;
    private JournaledStore store;
    private StoreBackups backups;
    private Thread stepping;
    private volatile boolean stopping;

    @BeforeEach
    void open() throws IOException {
        StoreFolder parts = new StoreFolder(folder);
        RealDisk disk = parts.makeJournal();
        lock = disk.lock();
        StoreSettings settings = new StoreSettings(new JournalOptions(SEGMENT_BYTES, 64L * SEGMENT_BYTES, 2),
                new ArchiverLimits(1L << 40, 1L << 40, 16), true, 0, 100);
        store = new JournaledStore(disk, parts.openArchive(Kept.PROGRAM), settings, Kept.PROGRAM, () -> 7, () -> 0,
                took -> { }, () -> { }, failure -> {
                    throw new UncheckedIOException(failure);
                });
        parts.acquaint(store.contents());
        store.look();
        backups = new StoreBackups(parts, store.archiver(), BYTES_PER_SECOND, nanos::get);
        stepping = Thread.ofVirtual().start(() -> {
            while (!stopping) {
                store.archive();
                Thread.yield();
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        stopping = true;
        stepping.join();
        backups.close();
        store.close();
        lock.close();
    }

    private static Backups.Part file(Backups.Begun begun) {
        return begun.parts().stream().filter(part -> part.name().endsWith(".sst")).findFirst().orElseThrow();
    }

    @Test
    void it_is_not_read_faster_than_allowed() throws IOException {
        Backups.Begun begun = backups.begin();
        Backups.Part file = file(begun);
        assertThat(backups.read(begun.id(), file.name(), 0).bytes()).hasSize((int) file.bytes());
        Backups.Piece early = backups.read(begun.id(), file.name(), 0);
        assertThat(early.bytes()).isEmpty();
        assertThat(early.waitMillis()).isBetween(file.bytes() - 1, file.bytes());
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(early.waitMillis()));
        assertThat(backups.read(begun.id(), file.name(), 10).bytes()).hasSize((int) file.bytes() - 10);
        backups.end(begun.id());
        assertThat(folder.resolve("backup")).doesNotExist();
    }

    @Test
    void there_is_one_at_a_time_and_none_without_a_reader() throws IOException {
        Backups.Begun begun = backups.begin();
        assertThatThrownBy(() -> backups.begin()).isInstanceOf(IOException.class).hasMessageContaining("another");
        for (String other : new String[] {"../journal/lock", "lock", "archive/../../clock"}) {
            assertThatThrownBy(() -> backups.read(begun.id(), other, 0)).hasMessageContaining("no such file");
        }
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
        backups.expire();
        assertThat(folder.resolve("backup")).doesNotExist();
        assertThatThrownBy(() -> backups.read(begun.id(), file(begun).name(), 0))
                .hasMessageContaining("no backup");
        assertThat(backups.begin().id()).isNotEqualTo(begun.id());
    }

    @Test
    void what_a_killed_process_has_left_is_cleared_away() throws IOException {
        backups.begin();
        assertThat(folder.resolve("backup/archive")).exists();
        new StoreBackups(new StoreFolder(folder), store.archiver(), BYTES_PER_SECOND, nanos::get);
        assertThat(folder.resolve("backup")).doesNotExist();
    }
}
