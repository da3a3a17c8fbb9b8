package io.tern.auth.work;

/// Spares a source that fails: after some failures in a row it lets nothing through for a while, then one at a time
/// until one succeeds. Knows no clock. For any thread.
public final class Breaker {

    private final int failuresMax;
    private final long openMillis;
    private int failures;
    private long closedUntilMillis = Long.MIN_VALUE;

    /// Begins as if all was well.
    ///
    /// @param failuresMax failures in a row that are put up with, at least 1
    /// @param openMillis for how long nothing is let through then
    public Breaker(int failuresMax, long openMillis) {
        this.failuresMax = failuresMax;
        this.openMillis = openMillis;
    }

    /// Asks whether the source may be called. Who never says how it went is waited for no longer than the source is
    /// spared.
    ///
    /// @param nowMillis the time
    /// @return false to do without it
    public synchronized boolean permits(long nowMillis) {
        if (failures < failuresMax) {
            return true;
        }
        if (nowMillis < closedUntilMillis) {
            return false;
        }
        closedUntilMillis = nowMillis + openMillis;
        return true;
    }

    /// Reports a success.
    public synchronized void succeeded() {
        failures = 0;
    }

    /// Reports a failure.
    ///
    /// @param nowMillis the time
    /// @return true if this one was the last that was put up with
    public synchronized boolean failed(long nowMillis) {
        failures = Math.min(failures + 1, failuresMax);
        closedUntilMillis = nowMillis + openMillis;
        return failures == failuresMax;
    }
}
