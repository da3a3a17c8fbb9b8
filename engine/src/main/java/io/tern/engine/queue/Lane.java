package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;

/// What waits of one priority in a [DurableQueue]: messages in memory, oldest first, and behind them those that are on
/// disk only.
final class Lane {

    /// The objects of a lane besides the lowest, which every queue has.
    static final int OBJECTS_BYTES = 400;

    final int priority;
    final WaitingRing ring;
    /// The next higher priority of which something has come, or null.
    Lane above;

    private final DurableQueue queue;
    private Spilled spilled;

    /// @param queue whose it is
    /// @param priority 0 for the lowest
    Lane(DurableQueue queue, int priority) {
        this.queue = queue;
        this.priority = priority;
        this.ring = new WaitingRing(queue.host.memory());
    }

    /// Made when it is needed.
    Spilled spilled() {
        return spilled == null ? spilled = new Spilled(queue.host.memory()) : spilled;
    }

    boolean isSpilled() {
        return spilled != null && !spilled.isEmpty();
    }

    boolean isEmpty() {
        return ring.isEmpty() && !isSpilled();
    }

    long size() {
        return ring.size() + (spilled == null ? 0 : spilled.size());
    }

    long droppable() {
        return ring.size() + (spilled == null ? 0 : spilled.droppable());
    }

    long spilledBytes() {
        return spilled == null ? 0 : spilled.bytes();
    }

    /// The oldest that is here, in memory or not; [Long#MAX_VALUE] if there is none.
    long oldest() {
        long inMemory = ring.isEmpty() ? Long.MAX_VALUE : ring.sequence(ring.first());
        return isSpilled() ? Math.min(inMemory, spilled.first()) : inMemory;
    }

    /// Whether its oldest is in memory.
    boolean hasFirst() {
        return !ring.isEmpty() && !isBehindSpilled();
    }

    /// Whether what is in memory was lent, and has come back when others before it were on disk only.
    boolean isBehindSpilled() {
        return isSpilled() && !ring.isEmpty() && spilled.first() < ring.sequence(ring.first());
    }

    /// From here on there may be messages of any priority here; [Long#MAX_VALUE] if there are none.
    long mixedFirst() {
        boolean is = isSpilled() && spilled.mixed() != null;
        return is ? spilled.mixed().first(spilled.first()) : Long.MAX_VALUE;
    }

    /// Whether something on disk only may be read.
    boolean isReadable() {
        return isSpilled() && spilled.first() < spilled.readableEnd();
    }

    /// A message comes that waits on disk only.
    ///
    /// @param end its sequence
    void spill(Message message, long end, Origin origin, boolean held) {
        spilled().staged(end, queue.host);
        spilled.add(end, message.costBytes());
        if (held) {
            spilled.hold(end);
        }
        if (origin instanceof Lender lender) {
            spilled.lent(end, lender);
        }
    }

    /// Whether something here can be sorted by its priority.
    boolean isSortable() {
        return isSpilled()
                && spilled.mixed() != null
                && !spilled.owes()
                && spilled.mixed().isSortable(spilled.first());
    }

    /// Lets go of what is in memory and on disk as well.
    ///
    /// @return false if some of it is not, or it is being read
    boolean letGo() {
        return !ring.isEmpty() && !spilled().reading() && spilled.takeAll(ring, queue.host);
    }

    /// @return whether it was held here
    boolean release(long sequence) {
        if (spilled != null && spilled.release(sequence)) {
            return true;
        }
        long place = ring.place(sequence);
        if (place >= 0) {
            ring.state(place, ring.state(place) & ~Flags.HELD);
        }
        return place >= 0;
    }

    /// Whether a message is here, on disk only.
    boolean hasOnDisk(long sequence) {
        return isSpilled() && spilled.has(sequence);
    }

    /// A message that is on disk only has to go.
    ///
    /// @return false if it stays
    boolean remove(LatestByTopic.Place place) {
        return hasOnDisk(place.sequence()) && spilled.remove(place.sequence(), place.costBytes());
    }

    /// Gives the oldest up that is on disk only and may be dropped.
    ///
    /// @return its sequence; -1 if it has to be read first, to know which that is
    long dropUnread() {
        return spilled.dropFirst();
    }

    /// Whether it has to be read to know what was given up.
    boolean owes() {
        return isSpilled() && spilled.owes();
    }

    /// Whether one that was read is the one that was given up.
    boolean owes(long sequence) {
        return spilled.owes(sequence);
    }

    /// Whether what was read stands here, and not in another lane.
    boolean owns(Stored stored) {
        return hasOnDisk(stored.sequence())
                && (stored.message() == null
                        || stored.message().priority() == priority
                        || spilled.mixed() != null && spilled.mixed().has(stored.sequence()));
    }

    Lender takeLender(long sequence) {
        return spilled.takeLender(sequence);
    }

    /// Something is read, and all that is wanted of it has been taken.
    void read(Store.Reading reading) {
        spilled.read(reading, this::owns);
    }

    /// What stands in the journal there stands in no longer.
    void unrecord() {
        for (long place = ring.first(); place < ring.end(); place++) {
            ring.state(place, ring.state(place) & ~Flags.RECORDED);
        }
    }

    /// Gives everything up that is on disk only.
    ///
    /// @return how many that were
    long clearSpilled() {
        if (spilled == null) {
            return 0;
        }
        long size = spilled.size();
        spilled.clear();
        return size;
    }
}
