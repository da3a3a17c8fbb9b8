package io.tern.broker.time;

/// Something that wants to be called at a time. Linked into a [TimerWheel] without further objects. For the wheel's
/// thread.
public abstract class Timer {

    static final int IDLE = -1;
    static final int FIRING = -2;

    long dueMillis;
    Timer before;
    Timer after;
    int slot = IDLE;

    /// A timer that is not set.
    protected Timer() {}

    /// The time has come. It is not in the wheel any more and may be scheduled again.
    ///
    /// @param nowMillis the time
    public abstract void fire(long nowMillis);

    /// Whether it is neither in the wheel nor about to fire.
    ///
    /// @return true before it is scheduled, while it fires, and after it was cancelled
    protected final boolean isIdle() {
        return slot == IDLE;
    }

    /// When it is to fire, or was last.
    ///
    /// @return milliseconds since 1970; 0 if it was never scheduled
    protected final long dueMillis() {
        return dueMillis;
    }
}
