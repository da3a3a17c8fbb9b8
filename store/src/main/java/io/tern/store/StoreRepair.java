package io.tern.store;

import io.tern.store.archive.Archive;
import io.tern.store.archive.Rescue;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalAnew;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.RocksTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes a damaged store usable again: all of it that can be read goes into a new archive, with a new journal behind
/// it. Nothing is changed before that is whole and safe; journal and archive as they were stay in the data folder, with
/// `cut-` in front of their names. There has to be room for the new archive.
public final class StoreRepair {

    private static final int RUN_SHIFT = 40;

    private StoreRepair() {}

    /// Repairs it.
    ///
    /// @param folder the data folder
    /// @param program that does it
    /// @param stopsAtDamage whether what follows the first lost frame of the journal is left out
    /// @param keep which half counts if they are of two stores, else null
    /// @param told is told what will be lost, before anything is changed
    /// @return what was done, a line each; empty if there was nothing to repair
    /// @throws IOException if it can't be repaired: then nothing has changed
    public static List<String> repair(
            Path folder, String program, boolean stopsAtDamage, StoreHalf keep, Consumer<StoreReport> told)
            throws IOException {
        StoreFolder parts = new StoreFolder(folder);
        if (!parts.isThere()) {
            throw new IOException("there is no store in " + folder);
        }
        Access.check(folder, List.of(parts.journal(), parts.archive()));
        RealDisk journal = parts.makeJournal();
        Closeable lock = journal.lock();
        try {
            Swap begun = begun(parts);
            return begun != null
                    ? swap(parts, journal, program, begun)
                    : repair(parts, journal, program, stopsAtDamage, keep, told);
        } finally {
            if (Files.notExists(parts.repair())) {
                StoreFolder.delete(parts.unfinished());
            }
            lock.close();
        }
    }

    /// What a repair before had left to do; null if there is nothing. Its word may say nothing, as the power failed
    /// when it was written by an older program: it had changed nothing by then, so it begins anew.
    private static Swap begun(StoreFolder parts) throws IOException {
        if (Files.notExists(parts.repair())) {
            return null;
        }
        Swap begun = Swap.read(parts);
        if (begun == null) {
            Path cut = aside(parts.archive(), 1);
            if (!parts.hasArchive() && Files.exists(cut)) {
                throw new IOException(parts.repair() + " can't be understood, and the archive was set aside: call "
                        + cut + " " + StoreFolder.ARCHIVE + " again, and then repair");
            }
            Files.delete(parts.repair());
        }
        return begun;
    }

    /// Says what a repair would lose, and changes nothing.
    ///
    /// @param folder the data folder
    /// @param program that does it
    /// @param stopsAtDamage as for [#repair]
    /// @param keep as for [#repair]
    /// @return what is damaged, and what would be lost
    /// @throws IOException if it can't be repaired
    public static StoreReport plan(Path folder, String program, boolean stopsAtDamage, StoreHalf keep)
            throws IOException {
        return StoreCheck.plan(folder, program, stopsAtDamage, keep);
    }

    private static List<String> repair(StoreFolder parts, RealDisk journal, String program, boolean stopsAtDamage,
            StoreHalf keep, Consumer<StoreReport> told) throws IOException {
        StoreReport before = StoreCheck.plan(parts, program, stopsAtDamage, keep);
        told.accept(before);
        if (!before.isDamaged()) {
            return List.of();
        }
        Rescue found = rescue(parts, program, stopsAtDamage, keep);
        int lastRun = Math.max(run(found.highest()), found.journal() == null ? 0 : found.journal().run());
        return begin(parts, journal, program, found.next(), lastRun);
    }

    /// The run in which a number was given.
    static int run(long number) {
        return (int) (number >>> RUN_SHIFT);
    }

    /// Puts a new archive, which is whole and safe where [StoreFolder#unfinished] says, in its place, and begins a
    /// journal behind it.
    static List<String> begin(StoreFolder parts, RealDisk journal, String program, long next, int run)
            throws IOException {
        Swap swap = new Swap(next, run);
        swap.write(parts);
        return swap(parts, journal, program, swap);
    }

    /// What is left to do when the new archive is whole. Each part may be done again, after a crash.
    private static List<String> swap(StoreFolder parts, RealDisk journal, String program, Swap swap)
            throws IOException {
        List<String> done = new ArrayList<>();
        if (Files.exists(parts.unfinished())) {
            if (parts.hasArchive()) {
                done.add("the archive as it was: " + aside(parts.archive()));
            }
            parts.putInPlace();
        }
        Files.deleteIfExists(parts.journal().resolve(Mark.NAME));
        JournalAnew.begin(journal, swap.next(), swap.run(), JournalOptions.DEFAULT.segmentBytes(),
                new SecureRandom()::nextLong).forEach(name -> done.add("the journal as it was: "
                        + parts.journal().resolve(name)));
        try (Archive archive = Archive.open(RocksTable.open(parts.archive(), parts.library()), program)) {
            String id = StoreFolder.newId();
            new Mark(id, true).write(parts.journal());
            archive.named(id);
        }
        Files.deleteIfExists(parts.damage());
        Files.delete(parts.repair());
        done.add("a new archive with all that could be read; the journal begins anew with frame " + swap.next());
        return done;
    }

    /// The file `repair`, there from the moment when the new archive is whole until it is in its place.
    ///
    /// @param next the journal's next frame
    /// @param run the highest that was used
    private record Swap(long next, int run) {

        private static final Pattern FORM = Pattern.compile("(\\d{1,18}) (\\d{1,9})\n");

        void write(StoreFolder parts) throws IOException {
            new RealDisk(parts.unfinished()).sync();
            WholeFile.write(parts.repair(), next + " " + run + "\n");
        }

        /// @return null if it can't be understood
        static Swap read(StoreFolder parts) throws IOException {
            Matcher words = FORM.matcher(Files.readString(parts.repair(), StandardCharsets.ISO_8859_1));
            return words.matches() ? new Swap(Long.parseLong(words.group(1)), Integer.parseInt(words.group(2))) : null;
        }
    }

    /// Makes the new archive, where [StoreFolder#unfinished] says.
    static Rescue rescue(StoreFolder parts, String program, boolean stopsAtDamage, StoreHalf keep)
            throws IOException {
        StoreFolder.delete(parts.unfinished());
        RocksTable table = RocksTable.open(parts.unfinished(), parts.library());
        table.merge(true);
        return StoreCheck.read(parts, table, program, stopsAtDamage, keep);
    }

    private static Path aside(Path archive, int number) {
        return archive.resolveSibling("cut-" + archive.getFileName() + (number == 1 ? "" : "-" + number));
    }

    private static Path aside(Path archive) throws IOException {
        Path free = aside(archive, 1);
        for (int i = 2; Files.exists(free); i++) {
            free = aside(archive, i);
        }
        Files.move(archive, free, StandardCopyOption.ATOMIC_MOVE);
        return free;
    }
}
