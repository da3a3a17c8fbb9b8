package io.tern.bench.micro;

import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Progress;
import io.tern.api.Turn;
import io.tern.store.JournaledStore;
import io.tern.store.StoreSettings;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A message of 64 bytes into a session's durable queue and out of it: both records staged, and written with 99 others
/// in one frame each. The disk is memory, so it is the journal's own work that is measured, without any waiting; with
/// it the archive's, which reads those frames once they are many, and finds nothing left to be taken over.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 2, time = 1)
public class JournalAppend implements Loop, Progress {

    private static final int BATCH = 100;
    private static final int ARCHIVED_EVERY = 1024;
    private static final TopicName TOPIC = TopicName.of("site/17/line/4/temperature");

    private final byte[] payload = new byte[64];
    private JournaledStore store;
    private Journal journal;
    private long sequence;
    private int batches;

    /// Opens a journal with one session in it.
    @Setup
    public void prepare() throws IOException {
        store = new JournaledStore(
                new FlatDisk(1L << 30),
                new MemoryTable(),
                StoreSettings.of(Options.DEFAULTS, true, 1L << 40),
                "bench",
                new Random(1)::nextLong,
                System::nanoTime,
                nanos -> { },
                () -> { },
                failure -> {
                    throw new AssertionError(failure);
                });
        journal = store.open(0, this, this);
        journal.sessionOpened(1, "c", null, 3600, null);
        write();
    }

    /// Closes it.
    @TearDown
    public void close() {
        store.close();
    }

    /// A hundred messages, in and out.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void queueAndSettle() {
        for (int i = 0; i < BATCH; i++) {
            Message message = new Message(TOPIC, payload, 1, false, Properties.NONE, "publisher", Message.NEVER);
            journal.queued(1, sequence + i, message, 1, false, null, 0);
        }
        write();
        for (int i = 0; i < BATCH; i++) {
            journal.settled(1, sequence + i);
        }
        write();
        sequence += BATCH;
    }

    private void write() {
        journal.commit(0);
        while (store.committer().step()) {
            // Until everything is written and answered.
        }
        if (++batches % ARCHIVED_EVERY == 0) {
            while (store.archive()) {
                // Until the segments are free that can be.
            }
        }
    }

    @Override
    public void bind(Turn turn) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void wake() {
        // It is looked at anyway.
    }

    @Override
    public void written(long position) {
        // Nobody waits for it.
    }

    @Override
    public void durable(long position) {
        // Nobody waits for it.
    }
}
