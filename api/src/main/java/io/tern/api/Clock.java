package io.tern.api;

/// The time, for those few who may ask: loops and whoever starts them. Everybody else is told.
@FunctionalInterface
public interface Clock {

    /// Now.
    ///
    /// @return milliseconds since 1970, never going back while the process runs
    long nowMillis();

    /// What the machine's clock says now, for what is told in its terms: when a certificate or a token expires. It may
    /// be set, and then jumps, also back.
    ///
    /// @return milliseconds since 1970
    default long machineMillis() {
        return nowMillis();
    }

    /// When this clock will say that the machine's clock says a time, if nobody sets that.
    ///
    /// @param machineMillis milliseconds since 1970, [Long#MAX_VALUE] for never
    /// @return the same if both agree
    default long at(long machineMillis) {
        return machineMillis == Long.MAX_VALUE ? machineMillis : nowMillis() + (machineMillis - machineMillis());
    }

    /// The machine's clock at start, carried on by its monotonic timer, so that a set clock moves no timer.
    ///
    /// @return a new clock
    static Clock system() {
        long startMillis = System.currentTimeMillis();
        long startNanos = System.nanoTime();
        return new Clock() {
            @Override
            public long nowMillis() {
                return startMillis + (System.nanoTime() - startNanos) / 1_000_000;
            }

            @Override
            public long machineMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
