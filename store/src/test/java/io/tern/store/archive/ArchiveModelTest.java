package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.table.MemoryTable;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Lives of an archive with crashes, against what its records should add up to.
class ArchiveModelTest {

    private static final int SEEDS = Boolean.getBoolean("tern.full") ? 200_000 : 200;

    /// One archive and the frames it comes from.
    private static final class Life {

        final Random random;
        final RandomJournal journal;
        final MemoryTable table = new MemoryTable();
        final NaiveState naive = new NaiveState();
        int naiveAt;
        Archive archive;
        Scout scout;
        long safe = 1;

        Life(long seed) throws IOException {
            random = new Random(seed);
            journal = new RandomJournal(random);
            open();
        }

        void open() throws IOException {
            archive = Archive.open(table, "a test");
            assertThat(archive.position()).isGreaterThanOrEqualTo(safe);
            scout = random.nextBoolean() ? new Scout(archive.position()) : null;
            archive.know(scout == null ? Known.NOTHING : scout);
        }

        void scoutTo(long end) {
            if (scout != null) {
                while (scout.end() < end) {
                    List<RandomJournal.Record> frame = journal.frames.get((int) scout.end() - 1);
                    scout.frame(scout.end());
                    frame.forEach(record -> record.accept(scout));
                }
            }
        }

        void apply(long end) throws IOException {
            scoutTo(end);
            for (long frame = archive.position(); frame < end; frame++) {
                archive.frame(frame);
                journal.frames.get((int) frame - 1).forEach(record -> record.accept(archive.records()));
            }
            archive.commit(end);
            if (scout != null && random.nextBoolean()) {
                scout.applied(end);
            }
        }

        void naiveTo(int end) {
            for (; naiveAt < end; naiveAt++) {
                journal.frames.get(naiveAt).forEach(record -> record.accept(naive));
            }
        }

        void crash() throws IOException {
            table.crash(random.nextInt(table.unflushed() + 1));
            open();
            int all = journal.frames.size() + 1;
            scoutTo(all);
            while (archive.position() < all) {
                apply(Math.min(all, archive.position() + 1 + random.nextInt(10)));
            }
            archive.endRun();
            naiveTo(journal.frames.size());
            naive.endRun();
            journal.endRun();
            compare();
        }

        void compare() throws IOException {
            assertThat(Described.of(archive, random)).isEqualTo(naive.describe());
            Described.check(archive, false);
        }

        void run() throws IOException {
            for (int i = random.nextInt(120); i > 0; i--) {
                journal.addFrame();
                int all = journal.frames.size() + 1;
                switch (random.nextInt(8)) {
                    case 0 -> scoutTo(archive.position() + random.nextInt((int) (all - archive.position()) + 1));
                    case 1, 2 -> apply(archive.position() + random.nextInt((int) (all - archive.position()) + 1));
                    case 3 -> archive.sweep(1 + random.nextInt(10));
                    case 4 -> {
                        archive.flush();
                        safe = archive.position();
                    }
                    case 5 -> {
                        if (random.nextInt(5) == 0) {
                            crash();
                        }
                    }
                    case 6 -> {
                        if (scout == null || random.nextInt(3) == 0) {
                            apply(scout == null ? archive.position() : all);
                            if (archive.position() > naiveAt) {
                                naiveTo((int) archive.position() - 1);
                                compare();
                            }
                        }
                    }
                    default -> archive.forgetCleared(Math.max(0, archive.position() - RandomJournal.DELAY_FRAMES), 3);
                }
            }
            end();
        }

        /// Nothing may be left of what was ever there, when all has been given time to go.
        void end() throws IOException {
            crash();
            for (int i = 0; i < Archive.BODY_FRAMES + 2; i++) {
                journal.addIdleFrame();
            }
            apply(journal.frames.size() + 1);
            while (archive.sweep(3)) {
                // In small slices.
            }
            archive.endRun();
            naiveTo(journal.frames.size());
            assertThat(Described.of(archive, random)).isEqualTo(naive.describe());
            Described.check(archive, true);
        }
    }

    @Test
    void whatever_happens_the_archive_holds_what_the_records_say() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Life(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void the_journal_is_not_trivial() throws IOException {
        int sessions = 0;
        int entries = 0;
        for (long seed = 0; seed < 50; seed++) {
            Life life = new Life(seed);
            life.run();
            List<String> all = life.naive.describe();
            sessions += (int) all.stream().filter(line -> line.contains(" is client")).count();
            entries += (int) all.stream().filter(line -> line.contains(" at ")).count();
        }
        assertThat(sessions).isGreaterThan(100);
        assertThat(entries).isGreaterThan(500);
    }
}
