package io.tern.transport;

import io.tern.api.Connection;

/// What a connection's handler hears of its output buffer, never from within a call of its own. On the loop's thread.
final class OutputNews {

    private static final int LOW_WATER_BYTES = Connection.HIGH_WATER_BYTES / 2;

    private final SocketConnection connection;
    private final Handling handling;
    private boolean aboveHighWater;
    private boolean tellsSent;

    OutputNews(SocketConnection connection, Handling handling) {
        this.connection = connection;
        this.handling = handling;
    }

    /// Bytes were appended.
    void appended() {
        aboveHighWater |= connection.pendingBytes() >= Connection.HIGH_WATER_BYTES;
    }

    /// There are fewer pending now.
    void progressed() {
        if (isWritable()) {
            connection.loop().execute(this::tellWritable);
        }
    }

    private boolean isWritable() {
        return aboveHighWater && connection.pendingBytes() < LOW_WATER_BYTES;
    }

    private void tellWritable() {
        if (connection.exchanges() && isWritable()) {
            aboveHighWater = false;
            handling.writable();
        }
    }

    /// Some were taken later than they were flushed.
    void takenLater() {
        if (!tellsSent && connection.exchanges()) {
            tellsSent = true;
            connection.loop().execute(this::tellSent);
        }
    }

    private void tellSent() {
        tellsSent = false;
        if (connection.exchanges()) {
            handling.sent();
        }
    }
}
