package io.tern.client;

import java.util.random.RandomGenerator;

/// How long to wait before the n-th attempt to connect again. Full jitter: a random time between nothing and the
/// limit of that attempt, so that a thousand clients of one server don't come back in step.
///
/// @param firstMillis limit of the first wait, 1 or more; 0 means: never connect again
/// @param factor what the limit is multiplied with after each failed attempt, at least 1
/// @param maxMillis the limit never exceeds this
public record Backoff(long firstMillis, double factor, long maxMillis) {

    /// 1 second, doubled up to 30 seconds.
    public static final Backoff DEFAULT = new Backoff(1_000, 2, 30_000);

    /// Don't connect again: the first loss of the connection ends the client.
    public static final Backoff NONE = new Backoff(0, 1, 0);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value that is out of range
    public Backoff {
        if (firstMillis < 0 || factor < 1 || maxMillis < firstMillis) {
            throw new IllegalArgumentException("backoff: first " + firstMillis + " ms, factor " + factor
                    + ", max " + maxMillis + " ms");
        }
    }

    boolean isNone() {
        return firstMillis == 0;
    }

    /// The time to wait.
    ///
    /// @param attempt 0 for the first attempt after the loss
    /// @param random where the jitter comes from
    /// @return milliseconds, 0 to [#maxMillis]
    public long waitMillis(int attempt, RandomGenerator random) {
        double limit = Math.min(maxMillis, firstMillis * Math.pow(factor, Math.min(attempt, 1_000)));
        return random.nextLong((long) limit + 1);
    }
}
