package io.tern.broker.watch;

import io.tern.engine.queue.DropReason;
import io.tern.wire.ReasonCode;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one shard counts. Written by its thread, read by any.
public final class Counters {

    /// Events counted.
    public enum Event {
        /// Connections that arrived.
        CONNECTIONS,
        /// CONNECT packets that were refused.
        REFUSED,
        /// Times that a client had to be read more slowly, since it published too fast.
        THROTTLED,
        /// Messages not taken, since their client publishes too fast.
        OVER_RATE,
        /// Connections that moved here from another shard.
        MOVED,
        /// Connections closed for their client's fault.
        FAULTS,
        /// Connections closed to make room in memory, since their clients left most unread.
        SHED,
        /// Mistakes of this program, each of which ended one connection.
        BUGS,
        /// Sessions that ended because nobody came back to them in time.
        EXPIRED,
        /// PUBLISH packets taken.
        PUBLISHED,
        /// Messages not taken from their publisher: their topic or payload is not allowed, or they come too fast.
        REJECTED,
        /// Requests that the rules of who may do what have denied.
        DENIED,
        /// Rules broken that a listener lets its clients break.
        IRREGULARITIES,
        /// Messages dropped that had been acknowledged to their publishers.
        ACKNOWLEDGED_DROPPED,
        /// Times that the figures below `$SYS/` were not sent, since the ones before had not left.
        SYS_SKIPPED,
        /// Messages to one client that has no session.
        P2P_UNKNOWN,
        /// Messages that have waited for their time, and went on when it came;
        DELAYED_FIRED,
        /// that were too old by then,
        DELAYED_EXPIRED,
        /// whose publisher may not publish them any more, or of whom not enough is known,
        DELAYED_DENIED,
        /// that go to one client whom there was no memory to reach,
        DELAYED_UNREACHABLE,
        /// that an operator has cancelled.
        DELAYED_CANCELLED,
        /// Messages to wait for their time that were not taken: a limit was reached.
        DELAYED_REFUSED,
        /// Retained messages removed, since they had expired.
        RETAINED_EXPIRED,
        /// Answers to publishers that were held, since a receiver was crowded,
        ACKS_HELD,
        /// and times that such a receiver was no better off for it in the end.
        ACKS_HELD_IN_VAIN,
        /// Messages not retained, since the limit was reached.
        RETAINED_REFUSED,
        /// Retained messages that were read back from disk.
        RETAINED_READ,
        /// Retained messages that were to be read back, and were not there.
        RETAINED_MISSING
    }

    /// What goes up and down.
    public enum Level {
        /// Connections that are open, with CONNECT or not yet.
        CONNECTIONS,
        /// Sessions without a connection.
        ABSENT_SESSIONS,
        /// Places that messages have in queues in memory.
        QUEUED_MESSAGES,
        /// What these take.
        QUEUED_BYTES,
        /// About what the messages take that wait on disk only.
        SPILLED_BYTES
    }

    private static final int DROPS = Event.values().length;
    private static final int REFUSALS = DROPS + DropReason.values().length;
    private static final int LEVELS = REFUSALS + ReasonCode.values().length;

    private final AtomicLongArray counts = new AtomicLongArray(LEVELS + Level.values().length);
    private final Traffic traffic = new Traffic();

    /// All of them at 0.
    public Counters() {}

    /// Packets and bytes.
    ///
    /// @return the same all the time
    public Traffic traffic() {
        return traffic;
    }

    /// Something happened.
    ///
    /// @param event what
    public void count(Event event) {
        add(event.ordinal(), 1);
    }

    /// Something happened some times.
    ///
    /// @param event what
    /// @param times how often
    public void count(Event event, long times) {
        add(event.ordinal(), times);
    }

    private void add(int at, long times) {
        counts.lazySet(at, counts.getPlain(at) + times);
    }

    /// A delivery was dropped.
    ///
    /// @param reason why
    public void count(DropReason reason) {
        count(reason, 1);
    }

    /// Deliveries were dropped.
    ///
    /// @param reason why
    /// @param times how many
    public void count(DropReason reason, long times) {
        add(DROPS + reason.ordinal(), times);
    }

    void countRefusal(ReasonCode reason) {
        count(Event.REFUSED);
        add(REFUSALS + reason.ordinal(), 1);
    }

    /// Something has gone up or down.
    ///
    /// @param level what
    /// @param value to which it has
    public void set(Level level, long value) {
        counts.lazySet(LEVELS + level.ordinal(), value);
    }

    /// @return as it was set last
    public long of(Level level) {
        return counts.getOpaque(LEVELS + level.ordinal());
    }

    /// @return how many CONNECT packets were refused for this reason, since the start
    public long refused(ReasonCode reason) {
        return counts.getOpaque(REFUSALS + reason.ordinal());
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
