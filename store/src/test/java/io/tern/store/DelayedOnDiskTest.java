package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.tern.api.DueSequence;
import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.store.disk.RealDisk;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Many delayed messages in real files: none is read at a start, and the next ones are read at once, whatever was sent
/// before them.
@EnabledIfSystemProperty(named = "tern.full", matches = "true")
class DelayedOnDiskTest {

    private static final int MESSAGES = Integer.getInteger("tern.delayed", 1_000_000);
    private static final int NEXT = 10_000;
    private static final int FRAME = 1_000;
    private static final long DUE = 1_790_000_000_000L;
    private static final long EPOCH = 7;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @TempDir
    private Path temp;

    private final Shard shard = new Shard();
    private JournaledStore store;
    private Journal journal;
    private long millis;

    /// Due in any order, over a day and more.
    private static long place(long message) {
        return DueSequence.of(DUE + message * 7_919 % 1_000_000_007L, (int) (message % 7));
    }

    private void open() throws IOException {
        long start = PROCESS.getProcessCpuTime();
        StoreFolder parts = new StoreFolder(temp);
        RealDisk disk = parts.makeJournal();
        Random salts = new Random();
        store = new JournaledStore(disk, parts.openArchive("a test"),
                StoreSettings.of(Options.DEFAULTS, false, disk.totalBytes()), "a test", salts::nextLong,
                System::nanoTime, nanos -> { }, () -> { }, failure -> {
                    throw new UncheckedIOException(failure);
                });
        parts.acquaint(store.contents());
        store.look();
        FoundQueue found = new FoundQueue();
        store.recover(found);
        report("start with " + found.messages + " delayed messages", start, 1);
        journal = store.open(0, shard, shard);
    }

    /// @param startNanos of the processor
    private static void report(String what, long startNanos, long each) {
        long nanos = PROCESS.getProcessCpuTime() - startNanos;
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("%s: %d ms of CPU, %.2f us each, heap %d MiB%n", what, nanos / 1_000_000, nanos / 1e3 / each,
                runtime.totalMemory() - runtime.freeMemory() >> 20);
    }

    private void safe() {
        millis += 1_000; // So that what nobody waits for is written, too.
        journal.commit(millis - 500);
        journal.commit(millis);
        while (store.committer().step() || store.committer().isBlocked()) {
            shard.run();
            store.archive();
        }
        shard.run();
    }

    /// @return milliseconds of the processor, and of the report's collection
    private long next(List<Long> sequences) {
        long start = PROCESS.getProcessCpuTime();
        long at = 0;
        while (sequences.size() < NEXT && at < 1L << 62) {
            Store.Reading[] answer = new Store.Reading[1];
            store.read(EPOCH, at, 1L << 62, 256 * 1024, shard, reading -> answer[0] = reading);
            while (answer[0] == null) {
                store.archive();
                shard.run();
            }
            answer[0].messages().stream().map(Stored::sequence).forEach(sequences::add);
            at = answer[0].next();
        }
        report("read the next " + sequences.size(), start, sequences.size());
        return (PROCESS.getProcessCpuTime() - start) / 1_000_000;
    }

    @Test
    void many() throws IOException {
        open();
        journal.delayedOpened(EPOCH);
        long[] places = new long[MESSAGES];
        Owner owner = Owner.of("user");
        long start = PROCESS.getProcessCpuTime();
        for (int i = 0; i < MESSAGES; i++) {
            places[i] = place(i);
            journal.delayed(EPOCH, places[i], new Message(TopicName.of("later/" + i % 1000), new byte[64], 1, false,
                    Properties.NONE, "publisher", Message.NEVER).ownedBy(owner), 0);
            if (i % FRAME == FRAME - 1) {
                safe();
            }
        }
        safe();
        report("delay " + MESSAGES, start, MESSAGES);
        start = PROCESS.getProcessCpuTime();
        while (store.archiver().takeOver()) {
            store.archive();
        }
        store.archiver().flush();
        report("take over the rest", start, 1);
        store.close();
        open();
        Arrays.sort(places);
        List<Long> got = new ArrayList<>();
        next(got);
        assertThat(got).startsWith(places[0], places[1]);

        int sent = MESSAGES / 10 * 9;
        start = PROCESS.getProcessCpuTime();
        for (int i = 0; i < sent; i++) {
            journal.settled(EPOCH, places[i]);
            if (i % FRAME == FRAME - 1) {
                safe();
            }
        }
        safe();
        report("settle " + sent + " in order", start, sent);
        got.clear();
        next(got);
        got.clear();
        assertThat(next(got)).as("milliseconds, though all before was settled").isLessThan(2_000);
        assertThat(got).startsWith(places[sent], places[sent + 1]);
        store.close();
    }
}
