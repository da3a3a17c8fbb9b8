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
        return check(folder, program, false);
    }

    static StoreReport check(Path folder, String program, boolean stopsAtDamage) throws IOException {
        if (!isThere(folder)) {
            throw new IOException("there is no store in " + folder);
        }
        StoreFolder parts = new StoreFolder(folder);
        Closeable lock = Files.isDirectory(parts.journal()) ? RealDisk.reading(parts.journal()).lock() : () -> { };
        try {
            return report(parts, read(parts, null, program, stopsAtDamage));
        } finally {
            lock.close();
        }
    }

    /// @param table gets what makes sense, or null
    static Rescue read(StoreFolder parts, Table table, String program, boolean stopsAtDamage)
            throws IOException {
        return Rescue.read(
                Files.isDirectory(parts.journal()) ? RealDisk.reading(parts.journal()) : null,
                parts.hasArchive() ? parts.archive() : null, parts.library(), table, program, stopsAtDamage);
    }

    static StoreReport report(StoreFolder parts, Rescue found) throws IOException {
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
            facts.add("archive: " + archive.count() + " entries, " + found.sessions()
                    + " sessions and groups with what the journal adds; it waits for frame " + found.start());
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
            faults.add("the archive is gone");
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
        if (mark != null && archive != null && archive.id() != null && !archive.id().equals(mark.id())) {
            faults.add("journal and archive are of two stores: " + mark.id() + " and " + archive.id());
            losses.add("one of the halves is the wrong one: put the right one back, or what is in both is mixed");
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
