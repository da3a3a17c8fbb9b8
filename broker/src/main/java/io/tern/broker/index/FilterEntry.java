package io.tern.broker.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One filter and who subscribes to it, shared by all shards.
///
/// **Slots.** Slot s is read and written by shard s's thread alone. Other threads read of it two bits: [#occupied] and
/// [#durable]. A slot's bits are set before the slot is filled and cleared after it is emptied; that is safe because
/// what a publisher sends on account of a bit is walked later by that same shard's thread. A publisher reads `occupied`
/// first, then `durable`: a durable subscriber that made the slot occupied is then never overlooked.
///
/// **Life.** An entry is born with its first subscriber. When its last slot is emptied it is dead, in the same
/// compare-and-set, and never lives again; whoever wants to add meets that and looks the filter up anew. Its bits are 0
/// from then on, so a remembered match may go on holding it.
///
/// **Size.** A sole subscriber is held by the entry itself; the second one makes it [Slots], for good.
public final class FilterEntry {

    /// Most shards there can be.
    public static final int SHARDS_MAX = 62;

    private static final long DEAD = 1L << 63;

    private static final VarHandle OCCUPIED;
    private static final VarHandle DURABLE;
    private static final VarHandle SUBSCRIBERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OCCUPIED = lookup.findVarHandle(FilterEntry.class, "occupied", long.class);
            DURABLE = lookup.findVarHandle(FilterEntry.class, "durable", long.class);
            SUBSCRIBERS = lookup.findVarHandle(FilterEntry.class, "subscribers", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String filter;
    private volatile long occupied;
    private volatile long durable;
    // null, the sole Subscriber, or Slots.
    private volatile Object subscribers;

    /// What [#add] has found.
    enum Added {
        /// A bit that was 0 is 1 now: remembered matches must be looked up anew.
        RAISED,
        /// Both bits of the slot were as they are.
        JOINED,
        /// Nothing was added: look the filter up again.
        DEAD
    }

    /// What [#remove] has found.
    enum Removed {
        /// It was not here.
        ABSENT,
        /// It has left; the entry lives on.
        LEFT,
        /// It was the last one: the entry must be taken out of the index.
        DIED
    }

    /// Is born with its first subscriber, on that one's shard's thread.
    FilterEntry(String filter, Subscriber first) {
        long bit = bit(first);
        first.position(0);
        this.filter = filter;
        this.subscribers = first;
        this.durable = first.durable() ? bit : 0;
        this.occupied = bit;
    }

    /// The filter, without `$share/{name}/`. A subscription need not hold a copy.
    ///
    /// @return never null
    public String filter() {
        return filter;
    }

    /// The shards with a subscriber: bit s stands for shard s. Any thread.
    ///
    /// @return 0 if there is none, and for ever once the entry is dead
    public long occupied() {
        return occupied & ~DEAD;
    }

    /// The shards with a durable subscriber: bit s stands for shard s, and counts only where [#occupied] has it, too.
    /// Any thread; read after `occupied`.
    ///
    /// @return 0 if nothing is owed
    public long durable() {
        return durable;
    }

    /// Who is in a shard's slot. On that shard's thread only.
    ///
    /// Ask once a walk: the answer changes its kind when a second subscriber comes.
    ///
    /// @param shard the caller's own shard
    /// @return a sole [Subscriber], a [SubscriberList] (maybe empty), or null
    public Object slot(int shard) {
        Object held = subscribers;
        if (held instanceof Slots slots) {
            return slots.list(shard);
        }
        return held instanceof Subscriber sole && sole.shard() == shard ? sole : null;
    }

    boolean isDead() {
        return occupied < 0;
    }

    Added add(Subscriber subscriber) {
        long bit = bit(subscriber);
        // Durable first, so that nobody sees the slot occupied and takes it for one without durable subscribers.
        boolean raised = subscriber.durable() && ((long) DURABLE.getAndBitwiseOr(this, bit) & bit) == 0;
        long seen = occupied;
        while ((seen & bit) == 0) {
            if (seen < 0) {
                return Added.DEAD;
            }
            long witness = (long) OCCUPIED.compareAndExchange(this, seen, seen | bit);
            if (witness == seen) {
                raised = true;
                break;
            }
            seen = witness;
        }
        fill(subscriber);
        return raised ? Added.RAISED : Added.JOINED;
    }

    Removed remove(Subscriber subscriber) {
        Object held = subscribers;
        while (held == subscriber) {
            // Fails when another shard has made it Slots meanwhile: then it is in its list.
            if (SUBSCRIBERS.compareAndSet(this, held, null)) {
                subscriber.position(-1);
                return leave(subscriber, 0, 0);
            }
            held = subscribers;
        }
        SubscriberList list = held instanceof Slots slots ? slots.list(subscriber.shard()) : null;
        if (list == null || !list.remove(subscriber)) {
            return Removed.ABSENT;
        }
        return leave(subscriber, list.size(), list.durableCount());
    }

    /// Somebody here has become durable, or is so no more.
    ///
    /// @return whether a bit that was 0 is 1 now
    boolean turned(Subscriber subscriber) {
        assert subscriber.position() >= 0;
        long bit = bit(subscriber);
        SubscriberList list = subscribers instanceof Slots slots ? slots.list(subscriber.shard()) : null;
        if (list == null ? subscriber.durable() : list.turned(subscriber) > 0) {
            return ((long) DURABLE.getAndBitwiseOr(this, bit) & bit) == 0;
        }
        DURABLE.getAndBitwiseAnd(this, ~bit);
        return false;
    }

    private void fill(Subscriber subscriber) {
        for (;;) {
            Object held = subscribers;
            if (held instanceof Slots slots) {
                SubscriberList list = slots.list(subscriber.shard());
                if (list != null) {
                    list.add(subscriber);
                    return;
                }
                SUBSCRIBERS.compareAndSet(this, held, slots.with(subscriber.shard()));
            } else if (held != null) {
                SUBSCRIBERS.compareAndSet(this, held, Slots.of((Subscriber) held));
            } else {
                subscriber.position(0);
                if (SUBSCRIBERS.compareAndSet(this, null, subscriber)) {
                    return;
                }
            }
        }
    }

    private Removed leave(Subscriber subscriber, int stillHere, int stillDurable) {
        long bit = bit(subscriber);
        if (subscriber.durable() && stillDurable == 0) {
            DURABLE.getAndBitwiseAnd(this, ~bit);
        }
        if (stillHere > 0) {
            return Removed.LEFT;
        }
        long seen = occupied;
        for (;;) {
            long next = seen == bit ? DEAD : seen & ~bit;
            long witness = (long) OCCUPIED.compareAndExchange(this, seen, next);
            if (witness == seen) {
                return next == DEAD ? Removed.DIED : Removed.LEFT;
            }
            seen = witness;
        }
    }

    private static long bit(Subscriber subscriber) {
        int shard = subscriber.shard();
        assert shard >= 0 && shard < SHARDS_MAX : shard;
        return 1L << shard;
    }

    @Override
    public String toString() {
        return filter + (isDead() ? " dead" : " occupied=" + Long.toBinaryString(occupied));
    }
}
