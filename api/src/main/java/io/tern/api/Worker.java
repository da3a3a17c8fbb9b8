package io.tern.api;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A thread that does one thing again and again, and goes on whatever happens while it does: somebody relies on it who
/// would never learn that it has ended. What is thrown is told, and after a pause the next round begins.
///
/// An Error is no exception from that: a stack that was not deep enough for one request is for the next. Only one that
/// says that the process is lost ends that, by [LostProcess].
public final class Worker implements AutoCloseable {

    private static final long PAUSE_MILLIS = 1_000;

    /// One round.
    @FunctionalInterface
    public interface Round {

        /// Waits for something to do, and does it.
        ///
        /// @throws InterruptedException if it was interrupted while it waited, since the worker is to end
        void run() throws InterruptedException;
    }

    private final Round round;
    private final Consumer<Throwable> bugs;
    private final long pauseMillis;
    private final Thread thread;
    private volatile boolean ending;

    private Worker(String name, Round round, Consumer<Throwable> bugs, long pauseMillis) {
        this.round = round;
        this.bugs = bugs;
        this.pauseMillis = pauseMillis;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /// Begins, on a virtual thread.
    ///
    /// @param name of the thread
    /// @param round what is done again and again
    /// @param bugs told on that thread what a round has thrown
    /// @return running
    public static Worker start(String name, Round round, Consumer<Throwable> bugs) {
        return start(name, round, bugs, PAUSE_MILLIS);
    }

    static Worker start(String name, Round round, Consumer<Throwable> bugs, long pauseMillis) {
        Worker worker = new Worker(name, round, bugs, pauseMillis);
        worker.thread.start();
        return worker;
    }

    private void run() {
        while (!ending) {
            try {
                round.run();
            } catch (InterruptedException e) {
                // Asked above: only whoever closes it interrupts it.
                continue;
            } catch (Throwable bug) {
                LostProcess.endIf(bug);
                told(bug);
            }
        }
    }

    private void told(Throwable bug) {
        try {
            bugs.accept(bug);
            TimeUnit.MILLISECONDS.sleep(pauseMillis); // A bug that is there each time shall not fill the log.
        } catch (InterruptedException e) {
            return; // To end.
        } catch (Throwable another) {
            LostProcess.endIf(another);
            return; // Who can't even be told is no reason to end.
        }
    }

    /// Lets the round that runs come to its end, and begins no other. Returns at once.
    public void stop() {
        ending = true;
    }

    /// Waits until it has ended.
    ///
    /// @param millis how long at most
    /// @return whether it has
    public boolean join(long millis) {
        try {
            return thread.join(java.time.Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Ends it also where it waits. Returns at once.
    @Override
    public void close() {
        ending = true;
        thread.interrupt();
    }
}
