package io.tern.broker.retain;

import io.tern.broker.retain.RetainedPlace.Body;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// The bodies of retained messages that are in memory, in a row for each shard that has set them, oldest first. Any
/// thread.
final class RetainedBodies {

    /// Bodies of one shard: linked in both directions, so that one that is replaced leaves from the middle.
    private static final class Row {
        private volatile Body first;
        private Body last;

        synchronized void add(Body body) {
            body.before = last;
            if (last == null) {
                first = body;
            } else {
                last.after = body;
            }
            last = body;
        }

        synchronized void remove(Body body) {
            if (body.before == null) {
                first = body.after;
            } else {
                body.before.after = body.after;
            }
            if (body.after == null) {
                last = body.before;
            } else {
                body.after.before = body.before;
            }
        }
    }

    private final Row[] rows;
    private final AtomicLongArray safePositions;
    private final AtomicLong heldBytes = new AtomicLong();

    /// @param shards how many; one row more is for what was recovered, one for what is in memory alone
    RetainedBodies(int shards) {
        rows = new Row[shards + 2];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new Row();
        }
        safePositions = new AtomicLongArray(rows.length);
    }

    /// The row of what the process before has left: all of it is on disk.
    int recovered() {
        return rows.length - 2;
    }

    /// The row of what no journal is told of: nothing of it is ever safe.
    int unstored() {
        return rows.length - 1;
    }

    /// A shard's journal is safe up to a position.
    void safe(int shard, long position) {
        safePositions.setRelease(shard, position);
    }

    /// A topic has another place.
    ///
    /// @param old what it had, null for nothing; goes if it was a body
    /// @param now what it has, null for nothing; comes if it is a body
    /// @return how many bytes more are held by that, or less if negative
    int replace(RetainedPlace old, RetainedPlace now) {
        int moreBytes = 0;
        if (old instanceof Body body) {
            rows[body.row].remove(body);
            moreBytes -= body.costBytes();
        }
        if (now instanceof Body body) {
            rows[body.row].add(body);
            moreBytes += body.costBytes();
        }
        if (moreBytes != 0) {
            heldBytes.addAndGet(moreBytes);
        }
        return moreBytes;
    }

    /// The oldest one whose message is safe on disk, as far as the first of each row can tell.
    ///
    /// @return null if there is none; may have been removed since
    Body oldestSafe() {
        Body oldest = null;
        for (int shard = 0; shard < rows.length; shard++) {
            Body first = rows[shard].first;
            if (first != null
                    && (oldest == null || first.sequence() < oldest.sequence())
                    && first.isSafe(safePositions.getAcquire(shard))) {
                oldest = first;
            }
        }
        return oldest;
    }

    /// What they cost, see [io.tern.api.Message#costBytes()].
    long heldBytes() {
        return heldBytes.get();
    }
}
