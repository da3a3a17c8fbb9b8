package io.tern.broker;

import io.tern.engine.DropReason;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one shard counts. Written by its thread, read by any.
public final class Counters {

    /// Events counted.
    public enum Event {
        /// Connections that arrived.
        CONNECTIONS,
        /// CONNECT packets that were refused.
        REFUSED,
        /// Connections that were not taken at all: bans, limits, a machine that has nothing left.
        NOT_ADMITTED,
        /// Times that a client had to be read more slowly, since it published too fast.
        THROTTLED,
        /// Connections that moved here from another shard.
        MOVED,
        /// Connections closed for their client's fault.
        FAULTS,
        /// Mistakes of this program, each of which ended one connection.
        BUGS,
        /// PUBLISH packets taken.
        PUBLISHED,
        /// Messages not taken from their publisher: their topic or payload is not allowed.
        REJECTED,
        /// Requests that the rules of who may do what have denied.
        DENIED,
        /// Rules broken that a listener lets its clients break.
        IRREGULARITIES,
        /// Messages not retained, since the limit was reached.
        RETAINED_REFUSED
    }

    private static final int DROPS = Event.values().length;

    private final AtomicLongArray counts = new AtomicLongArray(DROPS + DropReason.values().length);

    Counters() {}

    void count(Event event) {
        counts.lazySet(event.ordinal(), counts.getPlain(event.ordinal()) + 1);
    }

    void count(DropReason reason) {
        count(reason, 1);
    }

    void count(DropReason reason, long times) {
        int at = DROPS + reason.ordinal();
        counts.lazySet(at, counts.getPlain(at) + times);
    }

    /// How often something happened.
    ///
    /// @param event what
    /// @return since the start
    public long of(Event event) {
        return counts.getOpaque(event.ordinal());
    }

    /// How many deliveries were dropped.
    ///
    /// @param reason for this reason
    /// @return since the start
    public long of(DropReason reason) {
        return counts.getOpaque(DROPS + reason.ordinal());
    }
}
