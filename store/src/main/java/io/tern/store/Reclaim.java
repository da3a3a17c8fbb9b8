package io.tern.store;

import io.tern.store.archive.Archiver;
import io.tern.store.journal.Segments;
import io.tern.store.table.Table;
import java.io.IOException;

/// Gives the room back that deletions have left in the archive, on a disk that is full or nearly so: has everything
/// taken over from the journal that there is room for, then compacts the archive slice by slice.
final class Reclaim {

    /// It begins when so much of what may be taken on the disk is in use.
    private static final double CROWDED_PART = 0.8;

    /// It was worth while if it gave back such a part of the archive.
    private static final int WORTH_PART = 20;

    /// As the archive has to write much for it, not before so many pieces more were taken over.
    private static final int PIECES = 16;

    private final Room room;
    private final Segments segments;
    private final Archiver archiver;
    private final Table table;
    private long goal;
    private long doneUpTo;
    private boolean compacting;
    private long bytesBefore;
    private int vainRuns;
    private int pieces = PIECES;

    Reclaim(Room room, Segments segments, Archiver archiver, Table table) {
        this.room = room;
        this.segments = segments;
        this.archiver = archiver;
        this.table = table;
    }

    /// Before the archiver takes over a piece of what was found at a start: puts the archive in order where there would
    /// be no room for that afterwards.
    void ahead() throws IOException {
        pieces++;
        if (pieces >= PIECES && !room.mayArchive() && room.mayMerge()) {
            pieces = 0;
            table.flush();
            table.compactSlice();
            room.look();
        }
    }

    /// Does a piece of it, while the archiver has nothing to do.
    ///
    /// @return whether there is more to do at once; what there was no room for goes on another time
    boolean step() throws IOException {
        if (!compacting) {
            return goal == 0 ? begin() : takenOver();
        }
        if (!room.mayMerge()) {
            return false;
        }
        compacting = table.compactSlice();
        if (!compacting) {
            // If it has not come there, there was no room for more before something was given back.
            doneUpTo = archiver.appliedTo() >= goal ? goal : doneUpTo;
            goal = 0;
            room.look();
            vainRuns = room.archiveBytes() < bytesBefore - bytesBefore / WORTH_PART ? 0 : vainRuns + 1;
        }
        return compacting;
    }

    private boolean begin() {
        long durable = segments.durableSequence();
        if (durable == doneUpTo || !room.full() && room.diskPart() < CROWDED_PART) {
            return false;
        }
        goal = durable;
        archiver.catchUp(durable);
        return true;
    }

    private boolean takenOver() throws IOException {
        if (room.mayFlush()) {
            archiver.flush();
            bytesBefore = room.archiveBytes();
            compacting = true;
        }
        return compacting;
    }

    /// How often it was in vain since it last gave back something to speak of.
    int vainRuns() {
        return vainRuns;
    }
}
