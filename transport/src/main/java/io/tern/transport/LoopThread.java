package io.tern.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.ThreadFactory;

/// Netty's event loop with a place for the shard's turn at the end of each round, and its deadline in the wait.
final class LoopThread extends SingleThreadIoEventLoop {

    /// Most time spent on tasks before the turn and the sockets. Unit: milliseconds.
    private static final long TASKS_MILLIS = 10;

    private final NettyLoop loop;

    LoopThread(NettyLoop loop, IoHandlerFactory handlers) {
        ThreadFactory threads = task -> new FastThreadLocalThread(task, loop.name());
        super(null, threads, handlers, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASKS_MILLIS);
        this.loop = loop;
    }

    /// Ends the wait for sockets, if the loop is in it or about to be; at most one system call a wait.
    void wakeFromWait() {
        wakeup(false);
    }

    @Override
    protected void run() {
        while (true) {
            try {
                super.run();
                return;
            } catch (Throwable bug) {
                loop.roundFailed(bug);
            }
        }
    }

    @Override
    protected boolean hasTasks() {
        return super.hasTasks() || loop.isWoken();
    }

    @Override
    protected void afterRunningAllTasks() {
        super.afterRunningAllTasks();
        loop.afterRound();
    }

    @Override
    protected boolean confirmShutdown() {
        if (isShuttingDown()) {
            // Netty closes the sockets at another place of its round, which it misses if told to end right after it.
            ioHandler().prepareToDestroy();
        }
        return super.confirmShutdown();
    }

    @Override
    protected long delayNanos(long nowNanos) {
        long untilTask = super.delayNanos(nowNanos);
        if (!loop.hasDeadline()) {
            return untilTask;
        }
        return Math.max(0, Math.min(untilTask, loop.deadlineNanos() - nowNanos));
    }

    @Override
    protected long deadlineNanos() {
        long ofTasks = super.deadlineNanos();
        if (!loop.hasDeadline()) {
            return ofTasks;
        }
        return Math.min(ofTasks, loop.deadlineNanos() - ticker().initialNanoTime());
    }
}
