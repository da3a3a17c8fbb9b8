package io.tern.broker.watch;

import io.tern.engine.Session;
import io.tern.engine.queue.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// What one shard's queues drop, and which of them are nearly full. Written by its thread, read by any.
///
/// A queue comes here when it grows beyond 80 % of its bound and leaves below 60 %: who looks once a second looks at
/// these alone, however many others there are.
public final class QueueWatch {

    private static final double LOW = 0.6;
    /// Queues looked at; more have to wait until one of them has emptied.
    private static final int WATCHED_MAX = 1024;

    /// A queue that is looked at.
    ///
    /// @param owner client identifier, or the filter of a shared group
    /// @param fullness part of its bound, 0 to 1
    /// @param unwatched told when it isn't looked at any more
    private record Watched(String owner, DoubleSupplier fullness, Runnable unwatched) {}

    /// The queues that are nearly full.
    ///
    /// @param queues how many
    /// @param fullest whose is the fullest, null for nobody's
    /// @param fullness of that one, 0 to 1
    public record High(int queues, String fullest, double fullness) {

        /// No queue.
        public static final High NONE = new High(0, null, 0);

        /// These and others, which is fuller of the two counting as the fullest.
        ///
        /// @param other those of another shard
        /// @return of both
        public High and(High other) {
            High more = other.fullness > fullness ? other : this;
            return new High(queues + other.queues, more.fullest, more.fullness);
        }
    }

    private final Counters counters;
    private final LongSupplier nowMillis;
    private final Runnable memoryFull;
    private final List<Watched> watched = new ArrayList<>();
    private volatile DropReason lastReason = DropReason.QUEUE_FULL;
    private volatile String lastOwner = "";
    private volatile long lastMillis;
    private volatile boolean idle = true;
    private volatile High high = High.NONE;

    /// @param counters of the shard
    /// @param nowMillis the shard's time
    /// @param memoryFull told when something was dropped for want of memory: queues on any shard may have grown when
    ///     there was more room
    public QueueWatch(Counters counters, LongSupplier nowMillis, Runnable memoryFull) {
        this.counters = counters;
        this.memoryFull = memoryFull;
        this.nowMillis = nowMillis;
    }

    /// A message was dropped. If it had been acknowledged it is the one thing that a limit can do to the promise that
    /// nothing acknowledged is lost.
    ///
    /// @param session whose queue it was, or null for a shared group's
    /// @param reason why
    public void dropped(Session session, DropReason reason) {
        droppedUnread(session, reason, 1);
        if (reason == DropReason.MEMORY_FULL) {
            memoryFull.run();
        }
    }

    /// Messages were dropped that nobody has in memory.
    ///
    /// @param session whose queue it was, or null for a shared group's
    /// @param reason why
    /// @param messages how many, about
    public void droppedUnread(Session session, DropReason reason, long messages) {
        counters.count(reason, messages);
        boolean full = reason == DropReason.QUEUE_FULL
                || reason == DropReason.MEMORY_FULL
                || reason == DropReason.OVER_QUOTA;
        if (full && (session == null || session.durable())) {
            String owner = session == null ? "a shared group" : session.clientId();
            if (lastOwner != owner || lastReason != reason) {
                lastOwner = owner;
                lastReason = reason;
            }
            lastMillis = nowMillis.getAsLong();
            counters.count(Counters.Event.ACKNOWLEDGED_DROPPED, messages);
        }
    }

    /// See [io.tern.engine.SessionEvents#filling].
    public boolean filling(Session session) {
        return filling(session.clientId(), session.outbox()::fullness, session.outbox()::unwatched);
    }

    /// The same for any queue.
    public boolean filling(String owner, DoubleSupplier fullness, Runnable unwatched) {
        if (watched.size() == WATCHED_MAX) {
            return false;
        }
        watched.add(new Watched(owner, fullness, unwatched));
        idle = false;
        return true;
    }

    /// Looks at the queues that are watched. On the shard's thread.
    public void look() {
        High now = High.NONE;
        for (int i = watched.size() - 1; i >= 0; i--) {
            Watched each = watched.get(i);
            double fullness = each.fullness.getAsDouble();
            if (fullness < LOW) {
                each.unwatched.run();
                watched.set(i, watched.getLast());
                watched.removeLast();
            } else {
                now = now.and(new High(1, each.owner, fullness));
            }
        }
        high = now;
        idle = watched.isEmpty();
    }

    /// Whether there is nothing to [#look] at.
    public boolean isIdle() {
        return idle;
    }

    /// What was seen last.
    public High high() {
        return high;
    }

    /// How many messages were dropped that had been acknowledged.
    public long acknowledged() {
        return counters.of(Counters.Event.ACKNOWLEDGED_DROPPED);
    }

    /// Why the last of them was.
    public DropReason lastReason() {
        return lastReason;
    }

    /// When the last of them was, by the shard's time.
    public long lastMillis() {
        return lastMillis;
    }

    /// Whose the last of them was.
    public String lastOwner() {
        return lastOwner;
    }
}
