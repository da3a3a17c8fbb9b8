package io.tern.crash;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits, but not for ever.
final class Waiting {

    /// Longest that one thing asked of a broker may take on a machine that is busy with much else.
    static final long DEADLINE_MILLIS = 60_000;

    private static final long POLL_NANOS = 1_000_000;

    private Waiting() {}

    /// Until something holds that nobody tells of.
    ///
    /// @throws AssertionError if it doesn't in time
    static void until(BooleanSupplier condition, String what) {
        if (!within(DEADLINE_MILLIS, condition)) {
            throw new AssertionError("not " + what);
        }
    }

    /// @return whether it did hold in time
    static boolean within(long millis, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(millis)) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /// Lets a poller breathe.
    static void pause() {
        LockSupport.parkNanos(POLL_NANOS);
    }
}
