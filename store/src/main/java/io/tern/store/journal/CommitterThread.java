package io.tern.store.journal;

import io.tern.api.LostProcess;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// The thread that steps a [Committer], and sleeps while there is nothing to do. It must not be interrupted: that would
/// close the journal's file under it.
public final class CommitterThread implements Closeable {

    /// How long a blocked committer sleeps before it looks again whether the disk has room: nobody tells it that.
    private static final long BLOCKED_NANOS = 100_000_000;

    private final Committer committer;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean stopping;

    /// Starts nothing yet.
    ///
    /// @param committer what to step; no chunk was given to it before
    public CommitterThread(Committer committer) {
        this.committer = committer;
        this.thread = Thread.ofPlatform().name("tern-journal").unstarted(this::run);
        committer.onWork(this::wake);
    }

    /// Starts the thread.
    public void start() {
        thread.start();
    }

    /// A running thread sees the work by itself, which spares the system call.
    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            while (true) {
                if (committer.step()) {
                    continue;
                }
                if (stopping) {
                    return;
                }
                parked = true;
                if (!committer.hasWork() && !stopping) {
                    if (committer.isBlocked()) {
                        LockSupport.parkNanos(this, BLOCKED_NANOS);
                    } else {
                        LockSupport.park(this);
                    }
                }
                parked = false;
            }
        } catch (Error e) {
            LostProcess.endIf(e);
            committer.fail(new IOException("the journal's thread has died", e));
            throw e;
        }
    }

    /// Writes what was handed over before, and ends the thread. What is blocked stays unwritten. Called once, after
    /// [#start], from another thread.
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
