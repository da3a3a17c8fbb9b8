package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.RocksTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a store does with the room it has, with a real archive.
class RoomTest {

    private static final int SEGMENT_BYTES = 256 * 1024;
    private static final int MESSAGES = 200;
    private static final int PAYLOAD_BYTES = 20_000;
    private static final long ROOMY_BYTES = 1L << 30;

    @TempDir
    private Path temp;

    private final Shard loop = new Shard();

    private JournaledStore open(long diskBytes, long reserveBytes) throws IOException {
        StoreSettings settings = new StoreSettings(
                new JournalOptions(SEGMENT_BYTES, 32 * SEGMENT_BYTES, 2),
                new ArchiverLimits(0, SEGMENT_BYTES, 1),
                true,
                reserveBytes,
                100);
        JournaledStore store = new JournaledStore(
                new MemoryDisk(diskBytes), RocksTable.open(temp.resolve("archive"), temp.resolve("native")), settings,
                "test", () -> 1, () -> 0, nanos -> { }, () -> { }, cause -> {
                    throw new AssertionError(cause);
                });
        store.look();
        return store;
    }

    private void keep(JournaledStore store, Journal journal) {
        journal.commit(0);
        while (store.committer().step()) {
            while (!loop.tasks.isEmpty()) {
                loop.tasks.poll().run();
            }
        }
    }

    private static void archive(JournaledStore store) {
        while (store.archive()) {
            continue;
        }
    }

    private void queue(JournaledStore store, Journal journal, int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] noise = new byte[PAYLOAD_BYTES];
            new Random(i).nextBytes(noise);
            Message message = new Message(
                    TopicName.of("t"), noise, 1, false, Properties.NONE, null, Message.NEVER);
            journal.queued(1, i, message, 1, false, null, 0);
            keep(store, journal);
            archive(store);
        }
    }

    @Test
    void without_room_for_what_it_would_write_the_archive_takes_nothing_over() throws IOException {
        try (JournaledStore store = open(2L * 32 * SEGMENT_BYTES / 8, 0)) {
            queue(store, store.open(0, loop, loop), 0, 10);
            assertThat(store.archiver().appliedTo()).isZero();
            assertThat(store.full()).isTrue();
            assertThat(store.reclaim()).as("waits for what there is no room for").isTrue();
            archive(store);
            assertThat(store.reclaim()).isFalse();
            assertThat(store.archiver().appliedTo()).isZero();
        }
    }

    @Test
    void a_full_disk_gets_back_what_was_deleted() throws IOException {
        try (JournaledStore store = open(ROOMY_BYTES, ROOMY_BYTES)) {
            Journal journal = store.open(0, loop, loop);
            journal.sessionOpened(1, "c", null, 100, null);
            queue(store, journal, 0, MESSAGES);
            for (int i = 0; i < MESSAGES; i++) {
                journal.settled(1, i);
            }
            queue(store, journal, MESSAGES, MESSAGES + 1);
            store.look();
            assertThat(store.full()).isTrue();
            long fullBytes = store.archiveBytes();
            assertThat(fullBytes).isGreaterThan(MESSAGES * PAYLOAD_BYTES / 2);

            do {
                archive(store);
            } while (store.reclaim());

            assertThat(store.archiveBytes()).isLessThan(fullBytes / 10);
            assertThat(store.vainReclaims()).isZero();
            assertThat(store.reclaim()).as("there is nothing new").isFalse();
        }
    }
}
