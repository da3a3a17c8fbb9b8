package io.tern.auth.work;

/// Spares a source that fails: after some failures in a row it lets nothing through for a while, then one at a time
/// until one succeeds. Knows no clock. For any thread.
public final class Breaker {

    private final int failuresMax;
    private final long openMillis;
    private int failures;
    private long closedUntilMillis = Long.MIN_VALUE;
    private boolean trying;

    /// Begins as if all was well.
    ///
    /// @param failuresMax failures in a row that are put up with, at least 1
    /// @param openMillis for how long nothing is let through then
    public Breaker(int failuresMax, long openMillis) {
        this.failuresMax = failuresMax;
        this.openMillis = openMillis;
    }

    /// Asks whether the source may be called. Who is told so has to report how it went.
    ///
    /// @param nowMillis the time
    /// @return false to do without it
    public synchronized boolean permits(long nowMillis) {
        if (failures < failuresMax) {
            return true;
        }
        if (trying || nowMillis < closedUntilMillis) {
            return false;
        }
        trying = true;
        return true;
    }

    /// Reports a success.
    public synchronized void succeeded() {
        failures = 0;
        trying = false;
    }

    /// Reports a failure.
    ///
    /// @param nowMillis the time
    /// @return true if this one was the last that was put up with
    public synchronized boolean failed(long nowMillis) {
        trying = false;
        failures = Math.min(failures + 1, failuresMax);
        closedUntilMillis = nowMillis + openMillis;
        return failures == failuresMax;
    }
}
