package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.Stored;

/// What waits in a [DurableQueue] by its priority, and which message goes next.
///
/// The oldest of the highest priority does, wherever it is: what is on disk only is waited for. But after
/// [#OVERTAKING_MESSAGES] that went before the oldest of all, that one goes. Where all have the same priority, there is
/// one lane, and none of this is looked at.
final class Lanes {

    /// So many messages go before an older one of a lower priority.
    static final int OVERTAKING_MESSAGES = 64;

    final Lane base;
    private final DurableQueue queue;
    /// Whose first message goes next, or null.
    private Lane next;
    private boolean nextIsOldest = true;
    private int overtook;

    Lanes(DurableQueue queue) {
        this.queue = queue;
        this.base = new Lane(queue, 0);
    }

    /// Where a message belongs, which is made if it wasn't there.
    Lane of(Message message) {
        Lane lane = base;
        int priority = message.priority();
        while (lane.priority < priority) {
            if (lane.above == null || lane.above.priority > priority) {
                Lane made = new Lane(queue, priority);
                queue.host.memory().add(Lane.OBJECTS_BYTES);
                made.above = lane.above;
                lane.above = made;
            }
            lane = lane.above;
        }
        return lane;
    }

    /// Whether all have the same priority.
    boolean single() {
        return base.above == null;
    }

    /// Finds out whose message goes next.
    ///
    /// @return null if none does now
    Lane choose() {
        next = single() ? base.hasFirst() ? base : null : highest();
        return next;
    }

    private Lane highest() {
        Lane highest = null;
        Lane oldest = null;
        long highestFirst = Long.MAX_VALUE;
        long oldestFirst = Long.MAX_VALUE;
        for (Lane lane = base; lane != null; lane = lane.above) {
            long first = lane.oldest();
            if (first < oldestFirst) {
                oldest = lane;
                oldestFirst = first;
            }
            if (first != Long.MAX_VALUE) {
                highest = lane;
                highestFirst = first;
            }
        }
        if (oldest == null) {
            return null;
        }
        long reachEnd = queue.reachEnd(oldestFirst);
        if (overtook >= OVERTAKING_MESSAGES) {
            highest = oldest;
            highestFirst = oldestFirst;
        } else if (highest != base && highestFirst >= Math.min(reachEnd, base.mixedFirst())) {
            highest = highestWithin(Math.min(reachEnd, base.mixedFirst()), oldest);
            highestFirst = highest.oldest();
        }
        nextIsOldest = highest == oldest;
        return highestFirst < reachEnd && highest.hasFirst() ? highest : null;
    }

    /// @param end those that begin behind this wait, but for the lowest
    private Lane highestWithin(long end, Lane oldest) {
        Lane highest = base.isEmpty() ? oldest : base;
        for (Lane lane = base.above; lane != null; lane = lane.above) {
            highest = lane.oldest() < end ? lane : highest;
        }
        return highest;
    }

    /// @return what [#choose] has found
    Lane next() {
        return next;
    }

    /// The first message of [#next] goes.
    void goes() {
        overtook = nextIsOldest ? 0 : overtook + 1;
    }

    /// @return the lowest sequence of all, `otherwise` if nothing waits
    long oldest(long otherwise) {
        long oldest = Long.MAX_VALUE;
        for (Lane lane = base; lane != null; lane = lane.above) {
            oldest = Math.min(oldest, lane.oldest());
        }
        return oldest == Long.MAX_VALUE ? otherwise : oldest;
    }

    boolean isEmpty() {
        boolean empty = true;
        for (Lane lane = base; lane != null; lane = lane.above) {
            empty &= lane.isEmpty();
        }
        return empty;
    }

    /// Whether none is in memory.
    boolean isEmptyInMemory() {
        boolean empty = true;
        for (Lane lane = base; lane != null; lane = lane.above) {
            empty &= lane.ring.isEmpty();
        }
        return empty;
    }

    boolean isSpilled() {
        boolean is = false;
        for (Lane lane = base; lane != null; lane = lane.above) {
            is |= lane.isSpilled();
        }
        return is;
    }

    long size() {
        long size = 0;
        for (Lane lane = base; lane != null; lane = lane.above) {
            size += lane.size();
        }
        return size;
    }

    long droppable() {
        long messages = 0;
        for (Lane lane = base; lane != null; lane = lane.above) {
            messages += lane.droppable();
        }
        return messages;
    }

    long bytes() {
        long bytes = 0;
        for (Lane lane = base; lane != null; lane = lane.above) {
            bytes += lane.ring.bytes();
        }
        return bytes;
    }

    long spilledBytes() {
        long bytes = 0;
        for (Lane lane = base; lane != null; lane = lane.above) {
            bytes += lane.spilledBytes();
        }
        return bytes;
    }

    int capacity() {
        int places = 0;
        for (Lane lane = base; lane != null; lane = lane.above) {
            places += lane.ring.capacity();
        }
        return places;
    }

    /// The lowest of which something is in memory.
    ///
    /// @param priorityMost no higher one
    /// @return null if there is none
    Lane lowestInMemory(int priorityMost) {
        for (Lane lane = base; lane != null && lane.priority <= priorityMost; lane = lane.above) {
            if (!lane.ring.isEmpty()) {
                return lane;
            }
        }
        return null;
    }

    /// The lowest of which something may be dropped.
    ///
    /// @param priorityMost no higher one
    /// @return null if there is none
    Lane lowestDroppable(int priorityMost) {
        for (Lane lane = base; lane != null && lane.priority <= priorityMost; lane = lane.above) {
            if (lane.droppable() > 0) {
                return lane;
            }
        }
        return null;
    }

    /// Which is to be read next: the highest that has nothing in memory that could go, else one that has little left.
    ///
    /// @param messagesLeast what is little
    /// @return null if none is to be read
    Lane wanting(long messagesLeast) {
        Lane without = null;
        Lane little = null;
        for (Lane lane = base; lane != null; lane = lane.above) {
            if (lane.isReadable() && !lane.hasFirst()) {
                without = lane;
            } else if (lane.isReadable() && lane.ring.size() < messagesLeast) {
                little = lane;
            }
        }
        return without != null ? without : little;
    }

    /// Puts what was read to find out its priority into the lane of that, if it is another.
    ///
    /// @return false if it stays, and everything behind it
    boolean sort(Stored stored) {
        Message message = stored.message();
        if (message == null || message.priority() == 0 || !base.hasOnDisk(stored.sequence())) {
            return true;
        }
        Spilled to = of(message).spilled();
        if (to.isFullOfHoles() || !base.spilled().remove(stored.sequence(), message.costBytes())) {
            return false;
        }
        to.onDisk(stored.sequence() + 1);
        to.putBack(stored.sequence(), message.costBytes());
        return true;
    }

    /// Lets go of all lanes but one, when all are empty and their owner ends.
    void clear() {
        for (Lane lane = base.above; lane != null; lane = lane.above) {
            queue.host.memory().add(-Lane.OBJECTS_BYTES);
        }
        base.above = null;
        next = null;
        overtook = 0;
    }
}
