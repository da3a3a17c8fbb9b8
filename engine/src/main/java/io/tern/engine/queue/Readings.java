package io.tern.engine.queue;

import io.tern.api.Store;
import io.tern.api.Stored;

/// What of a [DurableQueue] is read back from the disk: one reading at a time, of one lane.
final class Readings {

    private final DurableQueue queue;
    private final Lanes lanes;
    /// What is being read, or null;
    private Lane reading;
    /// and whether only to find out what has which priority.
    private boolean sorting;

    Readings(DurableQueue queue) {
        this.queue = queue;
        this.lanes = queue.lanes;
    }

    /// See [DurableQueue#readAhead].
    void ahead(long others) {
        if (reading != null) {
            return;
        }
        Lane base = lanes.base;
        long least = Spilled.READ_AHEAD_MESSAGES - others;
        if (base.isSortable()) {
            sort(base.spilled());
        } else if (!lanes.single()) {
            Lane lane = least > 0 ? lanes.wanting(least) : null;
            if (lane != null) {
                read(lane);
            }
        } else if (base.ring.size() < least || base.isBehindSpilled()) {
            read(base);
        }
    }

    private void sort(Spilled spilled) {
        sorting = true;
        read(lanes.base, spilled.mixed().toSort(spilled.first()), spilled.mixed().end());
    }

    /// Reads on, if nothing is read already.
    void read(Lane lane) {
        if (reading == null && lane.isReadable()) {
            Spilled spilled = lane.spilled();
            long to = spilled.readableEnd();
            sorting = false;
            read(lane, spilled.first(), lanes.single() ? to : spilled.readingEnd(to));
        }
    }

    private void read(Lane lane, long from, long to) {
        Spilled spilled = lane.spilled();
        long durableEnd = spilled.durableEnd(queue.host);
        boolean durable = from < durableEnd;
        reading = lane;
        queue.read(from, durable ? Math.min(to, durableEnd) : to, spilled.beginReading(queue.connected()), durable);
    }

    /// See [DurableQueue#isTaken].
    boolean isTaken(Stored stored) {
        if (reading == null) {
            return false;
        }
        if (sorting) {
            sort(stored);
            return false;
        }
        if (reading.owns(stored) && reading.owes(stored.sequence())) {
            queue.settled(stored.sequence());
        }
        return reading.owns(stored);
    }

    private void sort(Stored stored) {
        if (reading.isSortable() && !lanes.sort(stored)) {
            reading.spilled().mixed().sorted(stored.sequence());
            reading.spilled().mixed().stop();
        }
    }

    /// @return who lent what was read, to be told when its delivery is over; null for nobody
    Lender takeLender(long sequence) {
        return reading.takeLender(sequence);
    }

    /// See [DurableQueue#readTo].
    void over(Store.Reading from) {
        Lane lane = reading;
        reading = null;
        if (lane != null && sorting) {
            lane.spilled().sorted(lane.isSortable() ? from.next() : 0);
        } else if (lane != null) {
            lane.read(from);
        }
        for (Lane each = lanes.base; each != null; each = each.above) {
            if (each.owes()) {
                read(each);
            }
        }
    }
}
