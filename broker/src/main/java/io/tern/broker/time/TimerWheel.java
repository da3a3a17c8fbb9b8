package io.tern.broker.time;

import io.tern.api.Turn;

/// The timers of one shard: setting and cancelling cost the same with one and with a million.
///
/// A ring of slots, each for one tick; a timer that is due later than one round stays in its slot and is looked at once
/// a round (65 s). Timers fire at their time or up to one tick later, never earlier.
public final class TimerWheel {

    /// How late a timer may fire.
    public static final int TICK_MILLIS = 64;
    private static final int SLOTS = 1024;
    /// Most timers fired in one call; the rest follow in the next.
    private static final int FIRED_MAX = 1024;

    private final Timer[] slots = new Timer[SLOTS];
    private final long[] occupied = new long[SLOTS / 64];
    private final Timer[] firing = new Timer[FIRED_MAX];
    private final Steps steps;
    private long tick;

    /// @param steps what is done in this turn
    public TimerWheel(long nowMillis, Steps steps) {
        this.steps = steps;
        tick = nowMillis / TICK_MILLIS;
    }

    /// Sets a timer, or sets it anew.
    public void schedule(Timer timer, long dueMillis) {
        cancel(timer);
        timer.dueMillis = dueMillis;
        // Rounded up, so that it is due when its slot is visited; never behind the hand.
        long at = Math.max(tick, dueMillis / TICK_MILLIS + 1);
        int slot = (int) (at & SLOTS - 1);
        timer.slot = slot;
        timer.before = null;
        timer.after = slots[slot];
        if (timer.after != null) {
            timer.after.before = timer;
        }
        slots[slot] = timer;
        occupied[slot >> 6] |= 1L << slot;
    }

    /// Takes a timer out, if it is in.
    public void cancel(Timer timer) {
        if (timer.slot >= 0) {
            unlink(timer);
        }
        timer.slot = Timer.IDLE;
    }

    /// When [#run] has something to do at the earliest.
    ///
    /// @return milliseconds since 1970, or [Turn#IDLE]
    public long deadlineMillis() {
        for (int i = 0; i <= SLOTS; ) {
            int slot = (int) (tick + i & SLOTS - 1);
            long word = occupied[slot >> 6] >>> slot;
            if (word != 0) {
                return (tick + i + Long.numberOfTrailingZeros(word)) * TICK_MILLIS;
            }
            i += 64 - (slot & 63);
        }
        return Turn.IDLE;
    }

    /// Fires what is due.
    public void run(long nowMillis) {
        long until = nowMillis / TICK_MILLIS;
        // After a long sleep one round sees everything.
        tick = Math.max(tick, until - SLOTS + 1);
        int count = 0;
        while (tick <= until) {
            count = collect((int) (tick & SLOTS - 1), nowMillis, count);
            if (count == FIRED_MAX) {
                break;
            }
            tick++;
        }
        int fired = 0;
        int end = steps.done() + Steps.TURN_MAX;
        try {
            while (fired < count && steps.done() < end) {
                Timer timer = firing[fired];
                firing[fired++] = null;
                if (timer.slot == Timer.FIRING) {
                    timer.slot = Timer.IDLE;
                    timer.fire(nowMillis);
                }
            }
        } finally {
            // One that throws, or has much to do, takes no other with it: the rest is due in the next call.
            tick = fired < count ? Math.min(tick, until) : tick;
            while (fired < count) {
                Timer timer = firing[fired];
                firing[fired++] = null;
                if (timer.slot == Timer.FIRING) {
                    schedule(timer, timer.dueMillis);
                }
            }
        }
    }

    private int collect(int slot, long nowMillis, int count) {
        Timer timer = slots[slot];
        while (timer != null && count < FIRED_MAX) {
            Timer after = timer.after;
            if (timer.dueMillis <= nowMillis) {
                unlink(timer);
                timer.slot = Timer.FIRING;
                firing[count++] = timer;
            }
            timer = after;
        }
        return count;
    }

    private void unlink(Timer timer) {
        if (timer.before != null) {
            timer.before.after = timer.after;
        } else {
            slots[timer.slot] = timer.after;
            if (timer.after == null) {
                occupied[timer.slot >> 6] &= ~(1L << timer.slot);
            }
        }
        if (timer.after != null) {
            timer.after.before = timer.before;
        }
        timer.before = null;
        timer.after = null;
    }
}
