package io.tern.auth.work;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Runs tasks that block or take long, each on a virtual thread: so many at once, so many that wait, none waiting
/// longer than a limit. What is too much is turned away at once. For any thread.
public final class Work {

    private final String name;
    private final Semaphore running;
    private final int waitingMax;
    private final long waitMillis;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();

    /// Prepares for tasks of one kind.
    ///
    /// @param name of its threads
    /// @param runningMax tasks that run at the same time, at least 1
    /// @param waitingMax tasks that wait for them, 0 or more
    /// @param wait how long one may wait
    public Work(String name, int runningMax, int waitingMax, Duration wait) {
        this.name = name;
        this.running = new Semaphore(runningMax, true);
        this.waitingMax = waitingMax;
        this.waitMillis = wait.toMillis();
    }

    /// Runs a task soon, or says that it can't be.
    ///
    /// @param task runs on a thread of its own; must not throw
    /// @param busy runs instead if there is too much to do, perhaps on the caller's thread
    public void run(Runnable task, Runnable busy) {
        if (waiting.incrementAndGet() > waitingMax + running.availablePermits()) {
            waiting.decrementAndGet();
            refused.incrementAndGet();
            busy.run();
            return;
        }
        Thread.ofVirtual().name(name).start(() -> {
            boolean begun = false;
            try {
                begun = running.tryAcquire(waitMillis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waiting.decrementAndGet();
            }
            if (!begun) {
                refused.incrementAndGet();
                busy.run();
                return;
            }
            try {
                task.run();
            } finally {
                running.release();
            }
        });
    }

    /// How many tasks were turned away.
    ///
    /// @return since the start
    public long refused() {
        return refused.get();
    }
}
