package io.tern.auth.work;

import io.tern.api.LostProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs tasks that block or take long, each on a virtual thread: so many at once, so many that wait, none beginning
/// after it has waited longer than a limit. For any thread.
///
/// Those of one place wait for each other, and places take turns: whoever has a hundred tasks waits for them himself.
/// When there is no more room to wait, the place with most gives its last one up.
public final class Work {

    private static final Logger LOG = LoggerFactory.getLogger(Work.class);

    private record Task(Runnable run, BooleanSupplier wanted, Runnable busy, long sinceNanos) {}

    private final String name;
    private final int runningMax;
    private final int waitingMax;
    private final long waitNanos;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    /// In the order in which they get their turns.
    private final Map<String, ArrayDeque<Task>> byPlace = new LinkedHashMap<>();
    private int running;
    private int waiting;
    private final AtomicLong refused = new AtomicLong();

    /// Prepares for tasks of one kind.
    ///
    /// @param name of its threads
    /// @param runningMax tasks that run at the same time, at least 1
    /// @param waitingMax tasks that wait for them, 0 or more
    /// @param wait how long one may wait
    public Work(String name, int runningMax, int waitingMax, Duration wait) {
        this(name, runningMax, waitingMax, wait, System::nanoTime);
    }

    Work(String name, int runningMax, int waitingMax, Duration wait, LongSupplier nanoTime) {
        this.name = name;
        this.runningMax = runningMax;
        this.waitingMax = waitingMax;
        this.waitNanos = wait.toNanos();
        this.nanoTime = nanoTime;
    }

    /// Runs a task soon, or says that it can't be.
    ///
    /// @param place where it comes from
    /// @param wanted asked when its turn has come; if it says no, nothing is run and nothing is said
    /// @param task runs on a thread of its own
    /// @param busy runs instead if there is too much to do, or if the task fails; perhaps on the caller's thread
    public void run(String place, BooleanSupplier wanted, Runnable task, Runnable busy) {
        Task mine = new Task(task, wanted, busy, nanoTime.getAsLong());
        Task surplus = null;
        lock.lock();
        try {
            if (running < runningMax) {
                running++;
                start(mine);
                return;
            }
            byPlace.computeIfAbsent(place, each -> new ArrayDeque<>()).add(mine);
            if (++waiting > waitingMax) {
                surplus = surplus();
            }
        } finally {
            lock.unlock();
        }
        if (surplus != null) {
            refuse(surplus);
        }
    }

    private void refuse(Task task) {
        refused.incrementAndGet();
        task.busy.run();
    }

    /// The last one of the place that has most.
    private Task surplus() {
        String most = null;
        for (Map.Entry<String, ArrayDeque<Task>> each : byPlace.entrySet()) {
            if (most == null || each.getValue().size() >= byPlace.get(most).size()) {
                most = each.getKey();
            }
        }
        ArrayDeque<Task> tasks = byPlace.get(most);
        Task last = tasks.pollLast();
        if (tasks.isEmpty()) {
            byPlace.remove(most);
        }
        waiting--;
        return last;
    }

    private void start(Task first) {
        Thread.ofVirtual().name(name).start(() -> {
            for (Task next = first; next != null; next = next()) {
                done(next);
            }
        });
    }

    /// Never throws: its caller has a place to give back.
    private void done(Task task) {
        try {
            if (!task.wanted.getAsBoolean()) {
                return;
            }
            if (nanoTime.getAsLong() - task.sinceNanos > waitNanos) {
                refuse(task);
                return;
            }
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            LOG.error("bug before work of {}", name, bug);
            return;
        }
        try {
            task.run.run();
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            LOG.error("bug in work of {}", name, bug);
            try {
                refuse(task); // Somebody waits for an answer.
            } catch (RuntimeException | Error another) {
                LostProcess.endIf(another);
                LOG.error("bug after work of {}", name, another);
            }
        }
    }

    /// The next one of the place whose turn it is, which goes behind all others then.
    private Task next() {
        lock.lock();
        try {
            if (byPlace.isEmpty()) {
                running--;
                return null;
            }
            Map.Entry<String, ArrayDeque<Task>> turn = byPlace.entrySet().iterator().next();
            Task next = turn.getValue().poll();
            byPlace.remove(turn.getKey());
            if (!turn.getValue().isEmpty()) {
                byPlace.put(turn.getKey(), turn.getValue());
            }
            waiting--;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// How many tasks were turned away.
    ///
    /// @return since the start
    public long refused() {
        return refused.get();
    }
}
