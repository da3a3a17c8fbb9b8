package io.tern.broker;

import io.tern.api.Loop;
import io.tern.api.Turn;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;

/// A loop without a thread: it does something when the test says so.
final class SteppedLoop implements Loop {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final House house;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Turn turn;
    private boolean woken;
    private long longestNanos;
    private long deadlineMillis = Turn.IDLE;

    SteppedLoop(House house) {
        this.house = house;
    }

    @Override
    public void bind(Turn shard) {
        turn = shard;
        woken = true;
    }

    @Override
    public boolean inLoop() {
        return house.current == this;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void wake() {
        woken = true;
    }

    long deadlineMillis() {
        return deadlineMillis;
    }

    /// The processor time that the longest step took since this was asked last. Unit: nanoseconds.
    long longestNanos() {
        long longest = longestNanos;
        longestNanos = 0;
        return longest;
    }

    /// Runs what waits, then one turn if somebody asked for it or its time has come.
    ///
    /// @return whether there was anything to do
    boolean step() {
        long start = THREADS.getCurrentThreadCpuTime();
        boolean did = tasks();
        if (woken || deadlineMillis <= house.nowMillis) {
            turn();
            did = true;
        }
        longestNanos = Math.max(longestNanos, THREADS.getCurrentThreadCpuTime() - start);
        return did;
    }

    /// Whether there is something to do at this time.
    boolean isWaiting() {
        return woken || !tasks.isEmpty() || deadlineMillis <= house.nowMillis;
    }

    /// Runs what waits, and no turn: like a read of the sockets.
    boolean tasks() {
        int count = tasks.size();
        for (int i = 0; i < count; i++) {
            within(tasks.poll());
        }
        return count > 0;
    }

    /// Runs a task before all that wait.
    void stepFirst(Runnable task) {
        within(task);
    }

    void turn() {
        woken = false;
        within(() -> deadlineMillis = turn.turn(house.nowMillis));
    }

    private void within(Runnable step) {
        SteppedLoop before = house.current;
        house.current = this;
        try {
            step.run();
        } finally {
            house.current = before;
        }
    }
}
