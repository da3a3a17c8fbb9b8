package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.WhenFull;

/// What has to go from a [DurableQueue] for a message that comes: of the lowest priority first, and nothing that has a
/// higher one than the message.
final class Displacement {

    private Displacement() {}

    /// Whether a message is taken that must not push out the oldest of its priority.
    private static boolean hasRoom(DurableQueue queue, Message message, boolean kept, long neededBytes) {
        boolean full = isFull(queue, kept, neededBytes);
        while (full && dropLowest(queue, message.priority() - 1, DropReason.QUEUE_FULL)) {
            full = isFull(queue, kept, neededBytes);
        }
        if (!full && (!kept || Fullness.mayStore(queue, message, neededBytes))) {
            return true;
        }
        DropReason reason = kept ? DropReason.QUEUE_FULL : Fullness.inMemory(queue, neededBytes);
        queue.dropped(message, full ? reason : DropReason.OVER_QUOTA);
        if (message.whenFull() == WhenFull.DISCONNECT) {
            queue.overwhelmed();
        }
        return false;
    }

    private static boolean isFull(DurableQueue queue, boolean kept, long neededBytes) {
        long room = kept ? queue.host.queueDiskBytes() - queue.spilledBytes() : queue.roomBytes();
        return neededBytes + queue.bytes() > room || Fullness.isByCount(queue, 1);
    }

    /// Drops what has to go for a message, if it may.
    ///
    /// @param displaces whether it may push out what has the same priority
    /// @param kept whether it may go to the disk
    /// @param neededBytes what it and the owner's others take in memory
    /// @return false if the message itself was dropped
    static boolean makesRoom(
            DurableQueue queue, Message message, boolean displaces, boolean kept, long neededBytes) {
        if (!displaces && !hasRoom(queue, message, kept, neededBytes)) {
            return false;
        }
        int priority = message.priority();
        boolean over = kept && !makeRoomOnDisk(queue, message, neededBytes);
        while (!over && Fullness.isByCount(queue, 1)) {
            over = !dropLowest(queue, priority, DropReason.QUEUE_FULL);
            if (over) {
                queue.dropped(message, DropReason.QUEUE_FULL);
            }
        }
        return !over;
    }

    /// @return false if there isn't room: for the message, or for what its owner may have
    private static boolean makeRoomOnDisk(DurableQueue queue, Message message, long neededBytes) {
        int priority = message.priority();
        long mostBytes = queue.host.queueDiskBytes() - neededBytes;
        while (queue.bytes() + queue.spilledBytes() > mostBytes && queue.droppable() > 0) {
            if (!dropLowest(queue, priority, DropReason.QUEUE_FULL)) {
                queue.dropped(message, DropReason.QUEUE_FULL);
                return false;
            }
        }
        boolean may = Fullness.mayStore(queue, message, neededBytes);
        long givenUpBytes = queue.allowance().mayExchange() ? message.costBytes() : Long.MAX_VALUE;
        long leftBytes = may ? Long.MAX_VALUE : queue.bytes() + queue.spilledBytes() - givenUpBytes;
        boolean over = leftBytes < 0;
        while (!over && queue.droppable() > 0 && queue.bytes() + queue.spilledBytes() > leftBytes) {
            over = !dropLowest(queue, priority, DropReason.OVER_QUOTA);
        }
        if (over) {
            queue.dropped(message, DropReason.OVER_QUOTA);
        }
        return !over;
    }

    /// Lets go of what has a lower priority, and is on disk as well, as far as a message needs its memory.
    ///
    /// @return whether there is room
    static boolean letsGo(DurableQueue queue, Lane comes, long neededBytes) {
        boolean room = neededBytes + queue.bytes() <= queue.roomBytes();
        for (Lane lane = queue.lanes.base; !room && queue.keeps() && lane != comes; lane = lane.above) {
            room = lane.letGo() && neededBytes + queue.bytes() <= queue.roomBytes();
        }
        return room;
    }

    /// Drops what is in memory, of what has no higher priority.
    ///
    /// @return false if the message itself was dropped
    static boolean makesRoomInMemory(DurableQueue queue, Message message, long neededBytes) {
        while (neededBytes + queue.bytes() > queue.roomBytes()) {
            DropReason reason = Fullness.inMemory(queue, neededBytes);
            Lane lowest = queue.lanes.lowestInMemory(message.priority());
            if (lowest == null) {
                queue.dropped(message, reason);
                return false;
            }
            queue.drop(lowest, lowest.ring.first(), reason);
        }
        return true;
    }

    /// Drops the oldest of the lowest priority, in memory or else on disk.
    ///
    /// @param priorityMost nothing of a higher one
    /// @return false if there is nothing
    private static boolean dropLowest(DurableQueue queue, int priorityMost, DropReason reason) {
        Lane lowest = queue.lanes.lowestDroppable(priorityMost);
        if (lowest == null) {
            return false;
        }
        if (!lowest.ring.isEmpty()) {
            queue.drop(lowest, lowest.ring.first(), reason);
            return true;
        }
        long dropped = lowest.dropUnread();
        if (dropped >= 0) {
            queue.settled(dropped);
        } else {
            queue.readOwed(lowest);
        }
        queue.droppedUnread(1, reason);
        return true;
    }
}
