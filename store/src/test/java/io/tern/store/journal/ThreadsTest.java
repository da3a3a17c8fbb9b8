package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Turn;
import io.tern.store.disk.RealDisk;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Shards with threads of their own, the committer's thread, and real files.
@Timeout(120)
class ThreadsTest {

    /// A shard that stages a number of records, some a turn, and ends when all are durable.
    private static final class Shard extends Thread implements Loop, Progress {

        private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final int number;
        private final int records;
        private final int perTurn;
        private final byte[] payload;
        private Staging staging;
        private long durable;
        private long written;
        private volatile boolean waits;

        Shard(int number, int records, int perTurn, int payloadBytes) {
            super("shard-" + number);
            this.number = number;
            this.records = records;
            this.perTurn = perTurn;
            this.payload = new byte[payloadBytes];
        }

        @Override
        public void run() {
            Message message = new Message(TopicName.of("plant/hall/sensor/1"), payload, 1, false, Properties.NONE,
                    null, Message.NEVER);
            int staged = 0;
            while (durable < records) {
                for (int i = 0; i < perTurn && staged < records; i++) {
                    staging.queued(number + 1, staged++, message, 1, false, null, 0);
                }
                staging.commit();
                waits = true;
                if (tasks.isEmpty() && (staged == records || staged - durable > 20L * perTurn)) {
                    LockSupport.park(this);
                }
                waits = false;
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        }

        @Override
        public void bind(Turn turn) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean inLoop() {
            return Thread.currentThread() == this;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            if (waits) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void wake() {
            // Every round is a turn.
        }

        @Override
        public void written(long position) {
            assert inLoop() && position > written;
            written = position;
        }

        @Override
        public void durable(long position) {
            assert inLoop() && position > durable && position <= written;
            durable = position;
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static Committer run(Segments segments, List<Shard> shards) throws InterruptedException {
        List<IOException> failures = new ArrayList<>();
        Committer committer = new Committer(segments, true, System::nanoTime, nanos -> { }, failures::add);
        run(committer, segments, shards);
        assertThat(failures).isEmpty();
        return committer;
    }

    private static void run(Committer committer, Segments segments, List<Shard> shards) throws InterruptedException {
        try (CommitterThread thread = new CommitterThread(committer)) {
            thread.start();
            for (Shard each : shards) {
                each.staging = new Staging(committer, segments.ids(), each, each);
            }
            shards.forEach(Thread::start);
            for (Shard each : shards) {
                each.join();
            }
        }
    }

    /// Reads along, releases what it has read, and makes files ahead.
    private static final class Reader extends Thread {

        private final Segments segments;
        private final Committer committer;
        private final long[] next = new long[2];
        private final long records;
        private final long keptBytes;
        private IOException failure;

        /// @param keptBytes it releases what it has read when the journal holds more
        Reader(Segments segments, Committer committer, long records, long keptBytes) {
            super("reader");
            this.segments = segments;
            this.committer = committer;
            this.records = records;
            this.keptBytes = keptBytes;
        }

        @Override
        public void run() {
            FrameReader frames = segments.reader(1);
            RecordReader reader = new RecordReader();
            Facts sink = new Facts() {
                @Override
                public void queued(long epoch, long number, Message message, int qos, boolean retain,
                        int[] identifiers, long transaction) {
                    assertThat(number).isEqualTo(next[(int) epoch - 1]++);
                }
            };
            try {
                while (next[0] + next[1] < records) {
                    if (frames.next((sequence, bytes, offset, length) -> reader.read(bytes, offset, length, sink))) {
                        if (segments.heldBytes() > keptBytes) {
                            committer.released(frames.sequence() - 1);
                        }
                    } else if (!segments.ahead()) {
                        committer.released(frames.sequence() - 1);
                        Thread.onSpinWait();
                    }
                }
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    @Test
    void frames_are_read_and_segments_released_while_shards_write(@TempDir Path folder) throws Exception {
        JournalOptions options = new JournalOptions(256 * 1024, 1024 * 1024, 1);
        int records = 30_000;
        List<IOException> failures = new ArrayList<>();
        try (Segments segments = Segments.open(new RealDisk(folder), options, 0, System::nanoTime)) {
            Committer committer = new Committer(segments, true, System::nanoTime, nanos -> { }, failures::add);
            Reader reader = new Reader(segments, committer, 2 * records, options.segmentBytes());
            reader.start();
            run(committer, segments, List.of(new Shard(0, records, 40, 150), new Shard(1, records, 100, 150)));
            reader.join();
            assertThat(reader.failure).isNull();
            assertThat(reader.next).containsExactly(records, records);
            assertThat(segments.begun()).isGreaterThan(30);
            assertThat(new RealDisk(folder).list()).hasSizeLessThanOrEqualTo(5);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void shards_write_to_real_files_and_all_is_found_again(@TempDir Path folder) throws Exception {
        JournalOptions options = new JournalOptions(1024 * 1024, 64L * 1024 * 1024, 2);
        int records = 20_000;
        RealDisk disk = new RealDisk(folder);
        try (Segments segments = Segments.open(disk, options, 0, System::nanoTime)) {
            Committer committer = run(segments, List.of(
                    new Shard(0, records, 50, 100), new Shard(1, records, 7, 200), new Shard(2, 10, 1, 300)));
            assertThat(committer.forces()).isEqualTo(committer.frames());
            assertThat(segments.begun()).isGreaterThan(3);
        }
        try (Segments segments = Segments.open(disk, options, 0, System::nanoTime)) {
            assertThat(segments.tornBytes()).isZero();
            long[] next = new long[3];
            segments.read(1, (sequence, bytes, offset, length) ->
                    new RecordReader().read(bytes, offset, length, new Facts() {
                        @Override
                        public void queued(long epoch, long number, Message message, int qos, boolean retain,
                                int[] identifiers, long transaction) {
                            assertThat(number).isEqualTo(next[(int) epoch - 1]++);
                        }
                    }));
            assertThat(next).containsExactly(records, records, 10);
        }
        assertThat(JournalCheck.check(disk, 0).records()).containsEntry("queued", 2L * records + 10);
    }

    @Test
    @EnabledIfSystemProperty(named = "tern.full", matches = "true")
    void what_a_record_costs(@TempDir Path folder) throws Exception {
        JournalOptions options = new JournalOptions(64 * 1024 * 1024, 4L * 1024 * 1024 * 1024, 2);
        try (Segments segments = Segments.open(new RealDisk(folder), options, 0, System::nanoTime)) {
            for (int perTurn : new int[] {1, 16, 256}) {
                int records = perTurn == 1 ? 200_000 : 2_000_000;
                run(segments, List.of(new Shard(0, records / 4, perTurn, 172)));
                AtomicLong forced = new AtomicLong(segments.nextSequence());
                long cpu = cpuNanos();
                long start = System.nanoTime();
                Committer committer = run(segments, List.of(
                        new Shard(0, records, perTurn, 172), new Shard(1, records, perTurn, 172)));
                long nanos = System.nanoTime() - start;
                cpu = cpuNanos() - cpu;
                System.out.printf("%d a turn: %.3f us CPU and %.3f us a record of %d bytes, %d records a force, "
                                + "%d frames%n", perTurn, cpu / 2e3 / records, nanos / 2e3 / records,
                        committer.bytes() / 2 / records, 2L * records / committer.forces(),
                        segments.nextSequence() - forced.get());
                committer.released(segments.durableSequence());
            }
        }
    }
}
