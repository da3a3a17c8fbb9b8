package io.tern.transport;

import java.util.TreeSet;

/// What one loop has to do at a given time for its own sockets: end a handshake, end a slow close. One thread's.
final class Deadlines {

    /// Means "none".
    static final long NEVER = Long.MAX_VALUE;

    /// One entry; the order settles equal times.
    record Deadline(long atMillis, long order, Runnable task) implements Comparable<Deadline> {

        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /// Most that are done in one round, however many are due. Unit: deadlines.
    static final int DUE_MAX = 256;

    private final TreeSet<Deadline> pending = new TreeSet<>();
    private long nextOrder;
    private long nextMillis = NEVER;

    /// Adds one.
    ///
    /// @param atMillis when, by the loop's clock
    /// @param task what to do then
    /// @return for [#cancel]
    Deadline add(long atMillis, Runnable task) {
        Deadline deadline = new Deadline(atMillis, nextOrder++, task);
        pending.add(deadline);
        nextMillis = pending.first().atMillis();
        return deadline;
    }

    /// Takes one back; one that is done or cancelled already is no error.
    void cancel(Deadline deadline) {
        pending.remove(deadline);
        nextMillis = pending.isEmpty() ? NEVER : pending.first().atMillis();
    }

    /// When the first is due, or [#NEVER].
    long nextMillis() {
        return nextMillis;
    }

    /// Does those that are due, so many of them; those they add wait for the next call.
    void run(long nowMillis) {
        long newest = nextOrder;
        for (int i = 0; i < DUE_MAX && nextMillis <= nowMillis; i++) {
            Deadline due = pending.first();
            if (due.order() >= newest) {
                return;
            }
            cancel(due);
            due.task().run();
        }
    }
}
