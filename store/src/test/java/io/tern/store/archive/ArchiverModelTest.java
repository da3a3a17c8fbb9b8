package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.table.MemoryTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Lives of an archiver over a journal that grows, with reads and crashes.
class ArchiverModelTest {

    private static final int SEEDS = Boolean.getBoolean("tern.full") ? 50_000 : 80;

    private static final class Life {

        final Random random;
        final RandomJournal records;
        final FakeJournal journal;
        final MemoryTable table = new MemoryTable();
        final FakeLoop loop = new FakeLoop() {
            @Override
            public void execute(Runnable task) {
                long position = archive.position();
                super.execute(() -> {
                    answeredAt = position;
                    task.run();
                });
            }
        };
        long answeredAt;
        final ArchiverLimits limits;
        Archive archive;
        Archiver archiver;
        int asked;
        int answered;

        /// Where a run ended, as a number of frames.
        final TreeSet<Integer> ends = new TreeSet<>();

        Life(long seed) throws IOException {
            random = new Random(seed);
            records = new RandomJournal(random);
            journal = new FakeJournal(records.frames);
            limits = new ArchiverLimits(random.nextInt(3000), 1 + random.nextInt(1000), 1 + random.nextInt(5));
            open();
        }

        void open() throws IOException {
            archive = Archive.open(table, "a test");
            assertThat(archive.position()).isGreaterThan(journal.released);
            archiver = new Archiver(archive, journal, journal::read, limits, () -> {});
        }

        NaiveState naive(long frames) {
            return naive(frames, Set.of());
        }

        NaiveState naive(long frames, Set<Long> early) {
            NaiveState naive = new NaiveState(early);
            for (int i = 0; i < frames; i++) {
                records.frames.get(i).forEach(record -> record.accept(naive));
                if (ends.contains(i + 1)) {
                    naive.endRun();
                }
            }
            return naive;
        }

        void read() {
            long epoch = 1 + random.nextInt(12);
            long needed = journal.durable;
            boolean taken = archiver.read(new ReadRequest(epoch, 0, Long.MAX_VALUE, 1_000_000, loop, slice -> {
                answered++;
                List<String> got = slice.messages().stream()
                        .map(each -> epoch + " at " + each.sequence() + ": "
                                + NaiveState.entry(each.message(), each.qos(), each.retain(), each.identifiers()))
                        .toList();
                assertThat(slice.more()).isFalse();
                Set<Long> committed = naive(journal.durable).committed;
                List<String> later = naive(journal.durable).entries(epoch);
                assertThat(got).containsAll(
                        naive(needed).entries(epoch).stream().filter(later::contains).toList());
                // What was settled, received or committed since may show already.
                Set<String> owed = new HashSet<>();
                for (long at = Math.min(needed, answeredAt - 1); at <= journal.durable; at++) {
                    owed.addAll(naive(at).entries(epoch));
                    owed.addAll(naive(at, committed).entries(epoch));
                }
                assertThat(owed).containsAll(got);
            }));
            asked += taken ? 1 : 0;
        }

        void crash() throws IOException {
            table.crash(random.nextInt(table.unflushed() + 1));
            // What was asked will get no answer.
            asked = answered;
            open();
            int frames = records.frames.size();
            journal.durable = frames;
            // The frames of the process before are all there is.
            ends.add(frames);
            records.endRun();
            Described told = new Described(null, random);
            archiver.recover(told);
            assertThat(Described.of(archive, random)).isEqualTo(naive(frames).describe());
            assertThat(told.lines()).isEqualTo(naive(frames).describe().stream()
                    .filter(line -> !line.contains(" at ")).toList());
        }

        void run() throws IOException {
            for (int i = random.nextInt(150); i > 0; i--) {
                records.addFrame();
                if (random.nextInt(3) == 0) {
                    journal.durable = records.frames.size();
                }
                switch (random.nextInt(6)) {
                    case 0 -> read();
                    case 1 -> archiver.step(true);
                    case 2 -> archiver.catchUp(random.nextInt(records.frames.size() + 1));
                    case 3 -> {
                        if (random.nextInt(8) == 0) {
                            crash();
                        }
                    }
                    default -> {
                        for (int steps = random.nextInt(5); steps > 0 && archiver.step(true); steps--) {
                            loop.run();
                        }
                    }
                }
                loop.run();
            }
            end();
        }

        void end() throws IOException {
            journal.durable = records.frames.size();
            while (archiver.step(true)) {
                loop.run();
            }
            loop.run();
            assertThat(answered).isEqualTo(asked);
            assertThat(journal.heldBytes()).isLessThanOrEqualTo(limits.heldBytes());
            crash();
            for (int i = 0; i < Archive.BODY_FRAMES + 2; i++) {
                records.addIdleFrame();
            }
            journal.durable = records.frames.size();
            Finishing.finish(archiver);
            while (archiver.step(true)) {
                // Tidies up.
            }
            archive.endRun();
            Described.check(archive, true);
        }
    }

    @Test
    void whatever_is_read_was_owed_and_nothing_owed_is_missing() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Life(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
