package io.tern.broker;

/// Something that wants to be called at a time. Linked into a [TimerWheel] without further objects.
abstract class Timer {

    static final int IDLE = -1;
    static final int FIRING = -2;

    long dueMillis;
    Timer before;
    Timer after;
    int slot = IDLE;

    /// The time has come. It is not in the wheel any more and may be scheduled again.
    ///
    /// @param nowMillis the time
    abstract void fire(long nowMillis);
}
