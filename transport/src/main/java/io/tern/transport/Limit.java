package io.tern.transport;

import io.tern.transport.Deadlines.Deadline;

/// The one deadline that a connection has, on the loop where it lives: then its socket is closed without further ado.
/// On that loop's thread.
final class Limit {

    private final Wire wire;
    private NettyLoop loop;
    private Deadline deadline;
    private boolean passed;

    Limit(Wire wire) {
        this.wire = wire;
    }

    /// Sets it, in the place of the one before.
    void set(NettyLoop loop, long millis) {
        clear();
        this.loop = loop;
        deadline = loop.after(millis, () -> {
            deadline = null;
            passed = true;
            wire.close();
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
