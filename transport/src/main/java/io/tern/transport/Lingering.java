package io.tern.transport;

import java.util.LinkedHashSet;

/// The connections of one loop that are over and wait for their peers to hang up. They count nowhere else any more, but
/// hold their descriptors for seconds; so there are only so many, and the one that has waited longest is cut off for
/// one more. One thread's.
final class Lingering {

    /// Unit: sockets of one loop.
    static final int CONNECTIONS_MAX = 500;

    private final LinkedHashSet<SocketConnection> connections = new LinkedHashSet<>();

    void begin(SocketConnection connection) {
        if (connections.size() >= CONNECTIONS_MAX) {
            connections.removeFirst().abort(); // Its end comes later.
        }
        connections.add(connection);
    }

    void end(SocketConnection connection) {
        connections.remove(connection);
    }

    int size() {
        return connections.size();
    }
}
