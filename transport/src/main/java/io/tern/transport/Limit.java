package io.tern.transport;

import io.tern.transport.Deadlines.Deadline;

/// The one deadline that a connection has, on the loop where it lives. On that loop's thread.
final class Limit {

    private final Runnable reached;
    private NettyLoop loop;
    private Deadline deadline;
    private boolean passed;

    /// @param reached runs when it has come
    Limit(Runnable reached) {
        this.reached = reached;
    }

    /// Sets it, in the place of the one before.
    void set(NettyLoop loop, long millis) {
        clear();
        this.loop = loop;
        deadline = loop.after(millis, () -> {
            deadline = null;
            passed = true;
            reached.run();
        });
    }

    boolean hasPassed() {
        return passed;
    }

    boolean isSet() {
        return deadline != null;
    }

    void clear() {
        if (deadline != null) {
            loop.cancel(deadline);
            deadline = null;
        }
    }
}
