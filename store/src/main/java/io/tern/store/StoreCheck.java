package io.tern.store;

import io.tern.store.archive.Rescue;
import io.tern.store.archive.SoundArchive;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalReport;
import io.tern.store.table.Table;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads all of a store: every frame of the journal, every block of the archive, what refers to what, and whether both
/// belong together. Changes no byte of it. Refuses while a process has it.
public final class StoreCheck {

    private StoreCheck() {}

    /// Whether anything was ever kept in a folder.
    ///
    /// @param folder the data folder
    /// @return false if a store could be begun there
    /// @throws IOException if that can't be told, since it may not be read
    public static boolean isThere(Path folder) throws IOException {
        StoreFolder parts = new StoreFolder(folder);
        Access.checkReadable(folder, List.of(parts.journal(), parts.archive()));
        return parts.isThere();
    }

    /// Reads it.
    ///
    /// @param folder the data folder
    /// @param program that reads it
    /// @return what was found
    /// @throws IOException if nothing can be told: somebody has it, it can't be read, or a newer program has written it
    public static StoreReport check(Path folder, String program) throws IOException {
        return locked(folder, parts -> report(parts, read(parts, null, program, false, null), null));
    }

    /// Reads what a repair or an export would go on with.
    ///
    /// @throws IOException as [#check], and as the other `plan`
    static StoreReport plan(Path folder, String program, boolean stopsAtDamage, StoreHalf keep) throws IOException {
        return locked(folder, parts -> plan(parts, program, stopsAtDamage, keep));
    }

    private interface Look {
        StoreReport at(StoreFolder parts) throws IOException;
    }

    private static StoreReport locked(Path folder, Look look) throws IOException {
        if (!isThere(folder)) {
            throw new IOException("there is no store in " + folder);
        }
        StoreFolder parts = new StoreFolder(folder);
        Closeable lock = Files.isDirectory(parts.journal()) ? RealDisk.reading(parts.journal()).lock() : () -> { };
        try {
            return look.at(parts);
        } finally {
            lock.close();
        }
    }

    /// @param table gets what makes sense, or null
    /// @param keep the half that is read alone, null for both
    static Rescue read(StoreFolder parts, Table table, String program, boolean stopsAtDamage, StoreHalf keep)
            throws IOException {
        Mark mark = Mark.read(parts.journal());
        boolean readsJournal = keep != StoreHalf.ARCHIVE && Files.isDirectory(parts.journal());
        boolean readsArchive = keep != StoreHalf.JOURNAL && parts.hasArchive();
        return Rescue.read(
                readsJournal ? RealDisk.reading(parts.journal()) : null,
                readsArchive ? parts.archive() : null, mark == null ? null : mark.id(), parts.library(), table,
                program, stopsAtDamage);
    }

    /// What there is to go on with.
    ///
    /// @param keep which half counts if they are of two stores, null if nobody has said it
    /// @throws IOException if they are and nobody has, or the other way round
    static StoreReport plan(StoreFolder parts, String program, boolean stopsAtDamage, StoreHalf keep)
            throws IOException {
        Rescue both = read(parts, null, program, stopsAtDamage, null);
        if (!both.foreign()) {
            if (keep != null) {
                throw new IOException("journal and archive in " + parts.journal().getParent()
                        + " are not of two stores that are known to be: both are kept, and --keep has no place");
            }
            return report(parts, both, null);
        }
        if (keep == null) {
            throw new IOException(halves(both) + ". To mix them would give one store's messages to clients of the"
                    + " other: put the right half back, or say which one counts, --keep journal or --keep archive");
        }
        StoreReport report = report(parts, read(parts, null, program, stopsAtDamage, keep), keep);
        List<String> faults = new ArrayList<>(List.of(halves(both)));
        faults.addAll(report.faults());
        return new StoreReport(report.facts(), faults, report.losses(), report.lostMessages());
    }

    private static String halves(Rescue both) {
        JournalReport journal = both.journal();
        return "journal and archive are of two stores. The archive ends with frame " + (both.start() - 1) + " and has "
                + both.sessions() + " sessions and groups in " + both.archive().count()
                + " entries; the journal ends with frame " + (journal.next() - 1) + " and has " + journal.frames()
                + " frames with " + journal.records().values().stream().mapToLong(Long::longValue).sum() + " records";
    }

    private static StoreReport report(StoreFolder parts, Rescue found, StoreHalf keep) throws IOException {
        List<String> facts = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        List<String> losses = new ArrayList<>();
        Mark mark = Mark.read(parts.journal());
        SoundArchive archive = found.archive();
        JournalReport journal = found.journal();
        boolean journalThere = parts.hasJournal();
        if (journal != null) {
            facts.addAll(journal.lines());
            journal.damage().forEach(each ->
                    faults.add("journal, " + each.file() + " at byte " + each.offset() + ": " + each.what()));
        }
        if (archive != null) {
            facts.add("archive: " + archive.count() + " entries, " + found.sessions() + " sessions and groups"
                    + (found.foreign() ? "" : " with what the journal adds") + "; it waits for frame "
                    + found.start());
            if (found.delayedQueues() > 0) {
                facts.add("delayed messages: " + found.delayedMessages() + " in " + found.delayedQueues()
                        + " queues, with what the journal adds");
            }
            archive.faults().forEach(each -> faults.add("archive, " + each));
            if (archive.mayBringBack()) {
                losses.add("what had been deleted may be back: messages that were acknowledged, subscriptions and"
                        + " sessions that had ended");
            }
        } else if (mark != null || journalThere) {
            faults.add(keep == null ? "the archive is gone" : "the archive is left out");
            long first = journal == null || journal.segments().isEmpty()
                    ? 1 : journal.segments().getFirst().firstSequence();
            if (mark == null || mark.filled() || first > 1) {
                losses.add("lost: all that stood in the archive alone, " + (first > 1
                        ? "from frames 1 to " + (first - 1) : "taken over from elsewhere"));
            }
        }
        boolean wasUsed = archive != null && (archive.id() != null || found.start() > 1);
        if (wasUsed && !journalThere && faults.stream().noneMatch(each -> each.startsWith("journal"))) {
            faults.add("the journal is gone");
        }
        if (wasUsed && !journalThere) {
            losses.add("lost: what was acknowledged after frame " + (found.start() - 1)
                    + ", which stood in the journal alone; how much that was can't be told");
        }
        if (found.foreign()) {
            faults.add(halves(found));
            losses.add("one of the halves is the wrong one: put the right one back, or let 'tern store repair' go on"
                    + " with one alone, by --keep journal or --keep archive");
        }
        if (archive != null && !found.foreign() && journal != null && !journal.segments().isEmpty()
                && journal.next() < archive.position()) {
            faults.add("the journal is older than the archive: it ends with frame " + (journal.next() - 1)
                    + ", the archive with frame " + (archive.position() - 1));
            losses.add("lost: what was acknowledged after frame " + (archive.position() - 1)
                    + ", if there was something; that can't be told");
        }
        if (keep == StoreHalf.ARCHIVE) {
            faults.add("the journal is left out");
            losses.add("lost: what was acknowledged after frame " + (found.start() - 1)
                    + ", which stood in the archive's own journal alone; how much that was can't be told");
        }
        if (found.lostFrames() > 0) {
            losses.add("lost: " + found.lostFrames() + " frames of the journal, or parts of them: messages queued,"
                    + " settled and retained, and what sessions did; what was settled there may come again");
        } else if (journal != null && journal.unreadable() > 0) {
            losses.add("lost: what stood last in a file of the journal that is missing or cut; whether there was"
                    + " something can't be told");
        }
        losses.addAll(found.losses().lines());
        if (!found.losses().isEmpty() && faults.isEmpty()) {
            faults.add("what is there doesn't go together");
        }
        if (Files.exists(parts.repair())) {
            faults.add("a repair was cut off: 'tern store repair' goes on with it");
        }
        if (Files.exists(parts.damage())) {
            faults.add("a broker has stopped: " + Files.readString(parts.damage()).strip());
        }
        return new StoreReport(facts, faults, losses, found.losses().messages());
    }
}
