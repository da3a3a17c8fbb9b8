package io.tern.api;

/// The time, for those few who may ask: loops and whoever starts them. Everybody else is told.
@FunctionalInterface
public interface Clock {

    /// Now.
    ///
    /// @return milliseconds since 1970, never going back while the process runs
    long nowMillis();

    /// The machine's clock at start, carried on by its monotonic timer, so that a set clock moves no timer.
    ///
    /// @return a new clock
    static Clock system() {
        long wallMillis = System.currentTimeMillis();
        long startNanos = System.nanoTime();
        return () -> wallMillis + (System.nanoTime() - startNanos) / 1_000_000;
    }
}
