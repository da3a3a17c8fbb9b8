package io.tern.crash;

/// Where clients find the broker that runs now. Safe on any thread.
final class Site {

    private int port;
    private boolean closed;

    /// A broker listens.
    synchronized void up(int newPort) {
        port = newPort;
        notifyAll();
    }

    /// It is gone.
    synchronized void down() {
        port = 0;
    }

    /// Nobody needs to wait for another.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /// Waits for a broker.
    ///
    /// @return its port, 0 once all is over
    synchronized int await() throws InterruptedException {
        while (port == 0 && !closed) {
            wait();
        }
        return closed ? 0 : port;
    }
}
