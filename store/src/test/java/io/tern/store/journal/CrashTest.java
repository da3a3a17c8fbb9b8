package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.disk.MemoryDisk.Operation;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Shards write, the disk fails at any operation, the machine or the process ends, and the next start finds a prefix of
/// what was written, with everything in it that anybody was told of.
class CrashTest {

    private static final int SHARDS = 3;
    private static final int SEGMENT = 64 * 1024;

    private static final class Fault extends IOException {

        private static final long serialVersionUID = 1;

        Fault(Operation operation) {
            super("fault at " + operation);
        }
    }

    /// A store's life: one process after the other on one disk.
    private static final class Life {

        final RandomGenerator random;
        final boolean forces;
        MemoryDisk disk = new MemoryDisk(1L << 30);

        /// What the archive has taken over, by shard, and up to which frame.
        final List<List<Long>> archive = new ArrayList<>();
        long archived;

        /// What was staged, and how much of it outlives the process and the machine, by shard.
        final List<List<Long>> staged = new ArrayList<>();
        final int[] written = new int[SHARDS];
        final int[] durable = new int[SHARDS];

        long number;
        long salts;
        int operationsLeft = Integer.MAX_VALUE;
        int faults;

        Life(RandomGenerator random, boolean forces) {
            this.random = random;
            this.forces = forces;
            for (int i = 0; i < SHARDS; i++) {
                archive.add(new ArrayList<>());
                staged.add(new ArrayList<>());
            }
        }

        private void before(Operation operation) throws IOException {
            if (operation != Operation.READ && operation != Operation.OPEN && operationsLeft-- <= 0) {
                faults++;
                throw new Fault(operation);
            }
        }

        private static void collect(Segments segments, long from, List<List<Long>> into) throws IOException {
            RecordReader reader = new RecordReader();
            segments.read(from, (sequence, bytes, offset, length) -> reader.read(bytes, offset, length, new Facts() {
                @Override
                public void queued(long epoch, long number, Message message, int qos, boolean retain,
                        int[] identifiers, long transaction) {
                    for (byte each : message.payload()) {
                        if (each != (byte) number) {
                            throw new AssertionError("message " + number + " has other bytes");
                        }
                    }
                    into.get((int) epoch - 1).add(number);
                }
            }));
        }

        /// One process: recovers, checks, writes until it is killed or fails.
        void process(int turns, int operations) throws IOException {
            disk.faults((operation, file) -> before(operation));
            operationsLeft = operations;
            Segments segments;
            try {
                segments = Segments.open(disk, new JournalOptions(SEGMENT, 6 * SEGMENT, 1), archived, () -> ++salts);
            } catch (Fault e) {
                return;
            }
            List<List<Long>> found = new ArrayList<>();
            archive.forEach(each -> found.add(new ArrayList<>(each)));
            collect(segments, archived + 1, found);
            for (int shard = 0; shard < SHARDS; shard++) {
                List<Long> all = staged.get(shard);
                assertThat(found.get(shard)).as("a prefix").isEqualTo(all.subList(0, found.get(shard).size()));
                assertThat(found.get(shard)).hasSizeGreaterThanOrEqualTo(written[shard]);
                // What was never told is gone for good, and what was found counts from now on.
                all.subList(found.get(shard).size(), all.size()).clear();
                durable[shard] = found.get(shard).size();
                written[shard] = durable[shard];
            }
            write(segments, turns);
        }

        private void write(Segments segments, int turns) throws IOException {
            Committer committer = new Committer(segments, forces, () -> 0, nanos -> { }, failure -> { });
            List<Bench> loops = new ArrayList<>();
            List<Staging> stagings = new ArrayList<>();
            int[] base = new int[SHARDS];
            for (int shard = 0; shard < SHARDS; shard++) {
                loops.add(new Bench());
                stagings.add(new Staging(committer, segments.ids(), loops.get(shard), loops.get(shard)));
                base[shard] = staged.get(shard).size();
            }
            for (int turn = 0; turn < turns; turn++) {
                int shard = random.nextInt(SHARDS);
                for (int i = random.nextInt(4); i > 0; i--) {
                    stage(stagings.get(shard), shard);
                }
                stagings.get(shard).commit();
                for (int i = random.nextInt(3); i > 0; i--) {
                    committer.step();
                }
                loops.get(random.nextInt(SHARDS)).run();
                for (int i = 0; i < SHARDS; i++) {
                    written[i] = base[i] + (int) loops.get(i).written;
                    // Durability `os` promises no more than what is written, to those who kill the process alone.
                    durable[i] = forces ? base[i] + (int) loops.get(i).durable : durable[i];
                }
                if (random.nextInt(20) == 0 || committer.isBlocked()) {
                    release(segments, committer);
                }
            }
        }

        private void stage(Staging staging, int shard) {
            number++;
            byte[] payload = new byte[random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(1, 4000)];
            Arrays.fill(payload, (byte) number);
            staging.queued(shard + 1, number, new Message(TopicName.of("t"), payload, 1, false, Properties.NONE, null,
                    Message.NEVER), 1, false, null, 0);
            staged.get(shard).add(number);
        }

        private void release(Segments segments, Committer committer) throws IOException {
            // The archive forces what it takes over, so it may keep what is not yet forced here.
            collect(segments, archived + 1, archive);
            archived = segments.durableSequence();
            for (int i = 0; i < SHARDS; i++) {
                durable[i] = Math.max(durable[i], archive.get(i).size());
            }
            committer.released(archived);
        }

        void powerLoss() {
            disk = disk.powerLoss(random);
            System.arraycopy(durable, 0, written, 0, SHARDS);
        }

        void kill() {
            disk = disk.kill();
        }
    }

    @Test
    void nothing_told_durable_is_lost_whichever_operation_fails_first() throws IOException {
        int operations = 0;
        Life life;
        do {
            life = new Life(new Random(operations), true);
            life.process(150, operations++);
            life.powerLoss();
            life.process(0, Integer.MAX_VALUE);
        } while (life.faults > 0);
        assertThat(operations).isGreaterThan(150);
    }

    @Test
    void lives_of_many_processes_lose_nothing_and_nothing_comes_alive_again() throws IOException {
        int seeds = Boolean.getBoolean("tern.full") ? 2_000 : 100;
        for (int seed = 0; seed < seeds; seed++) {
            RandomGenerator random = new Random(seed);
            Life life = new Life(random, true);
            try {
                for (int process = 0; process < 8; process++) {
                    life.process(random.nextInt(80), random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(90));
                    if (random.nextBoolean()) {
                        life.powerLoss();
                    } else {
                        life.kill();
                    }
                }
                life.process(0, Integer.MAX_VALUE);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void without_forcing_a_killed_process_loses_nothing_and_a_power_failure_leaves_a_prefix() throws IOException {
        int seeds = Boolean.getBoolean("tern.full") ? 2_000 : 100;
        for (int seed = 0; seed < seeds; seed++) {
            RandomGenerator random = new Random(seed);
            Life life = new Life(random, false);
            try {
                for (int process = 0; process < 8; process++) {
                    life.process(random.nextInt(80), random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(90));
                    if (random.nextBoolean()) {
                        life.powerLoss();
                    } else {
                        life.kill();
                    }
                }
                life.process(0, Integer.MAX_VALUE);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
