package io.tern.bench;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/// Tells somebody who sits at a terminal that a run goes on, and for how long.
final class Progress implements AutoCloseable {

    private static final long TICK_MILLIS = 1_000;

    private final Thread thread;

    /// Has not begun.
    ///
    /// @param scenario what runs
    /// @param err the terminal
    Progress(String scenario, PrintStream err) {
        this.thread = Thread.ofPlatform().daemon().unstarted(() -> tell(scenario, err));
    }

    /// Tells from now on, unless standard input and output are no terminal.
    void begin() {
        if (System.console() != null && System.console().isTerminal()) {
            thread.start();
        }
    }

    private static void tell(String scenario, PrintStream err) {
        long start = System.nanoTime();
        try {
            for (;;) {
                Thread.sleep(TICK_MILLIS);
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
                err.print("\r" + scenario + " has run for " + seconds + " s ");
                err.flush();
            }
        } catch (InterruptedException e) {
            err.print("\r" + " ".repeat(scenario.length() + 30) + "\r");
            err.flush();
        }
    }

    @Override
    public void close() {
        if (!thread.isAlive()) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(TICK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
