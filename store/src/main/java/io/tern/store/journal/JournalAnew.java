package io.tern.store.journal;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Begins a journal behind frames that an archive has, in a folder in which there may be another one: that stays there
/// under names with `cut-` in front. For a store that no process has open.
public final class JournalAnew {

    /// Runs left out, for those that only lost frames knew of.
    private static final int RUNS_SKIPPED = 1000;

    private static final String ASIDE = "cut-";

    private JournalAnew() {}

    /// Does it. A crash in between leaves a journal in which a segment is missing, and this may be done again.
    ///
    /// @param disk the folder, locked by the caller
    /// @param next the number of the first frame that it will have; the archive has all before
    /// @param run the highest that is known to have been used
    /// @param segmentBytes size of the first segment
    /// @param salts as in [Segments#open]
    /// @return which files were put aside, by their new names
    /// @throws IOException if the disk fails
    public static List<String> begin(Disk disk, long next, int run, int segmentBytes, LongSupplier salts)
            throws IOException {
        List<String> names = Segment.sorted(disk.list());
        long highest = names.isEmpty() ? 0 : Segment.generation(names.getLast());
        long generation = Math.max(highest, Newest.read(disk)) + 1;
        String begun = aside(disk, "new");
        int newRun = Math.min(Ids.RUN_MAX - 1, run + RUNS_SKIPPED);
        try (DiskFile file = disk.create(begun, segmentBytes)) {
            Segment.begin(file, segmentBytes, Segment.FORMAT, newRun, generation, salts.getAsLong(), next);
        }
        List<String> put = new ArrayList<>();
        // From the oldest on, and the new one last: whatever a crash leaves can't be taken for a journal that is whole.
        for (String name : names) {
            String aside = aside(disk, name);
            disk.rename(name, aside);
            put.add(aside);
        }
        disk.rename(begun, Segment.name(generation));
        disk.sync();
        try (Newest newest = new Newest(disk)) {
            newest.write(generation);
        }
        return put;
    }

    /// Deletes a journal in which nothing was ever kept.
    ///
    /// @param disk the folder, locked by the caller
    /// @throws IOException if the disk fails
    public static void forget(Disk disk) throws IOException {
        for (String name : disk.list()) {
            if (name.equals(Newest.NAME) || name.startsWith(Spares.PREFIX) || Segment.generation(name) >= 0) {
                disk.delete(name);
            }
        }
        disk.sync();
    }

    private static String aside(Disk disk, String name) throws IOException {
        List<String> names = disk.list();
        String free = ASIDE + name;
        for (int i = 2; names.contains(free); i++) {
            free = ASIDE + name + "-" + i;
        }
        return free;
    }
}
