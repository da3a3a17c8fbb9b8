package io.tern.examples.house;

import java.time.Duration;

/// The house's clock: seconds since the day began.
final class Pace {

    private final long startNanos = System.nanoTime();

    /// Waits; costs nothing on a virtual thread.
    void awaitSecond(double second) throws InterruptedException {
        long dueNanos = startNanos + (long) (second * 1e9);
        Thread.sleep(Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime())));
    }
}
