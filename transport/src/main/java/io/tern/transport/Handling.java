package io.tern.transport;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Door;
import io.tern.api.LostProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a connection tells its handler, of its output buffer never from within a call of the handler's own. A mistake
/// of the handler's ends this connection and nothing else. On the loop's thread.
final class Handling {

    private static final Logger LOG = LoggerFactory.getLogger(Handling.class);
    private static final int LOW_WATER_BYTES = Connection.HIGH_WATER_BYTES / 2;

    private final SocketConnection connection;
    private ConnectionHandler handler;
    /// Whether the end was told.
    private boolean told;
    /// Whether the handler knows, or may find out, that it had better not write.
    private boolean aboveHighWater;
    private boolean tellsSent;

    Handling(SocketConnection connection) {
        this.connection = connection;
    }

    /// Brings the connection to the door.
    ///
    /// @return false if nobody takes it
    boolean begin(Door door) {
        try {
            handler = door.accept(connection);
            return handler != null;
        } catch (RuntimeException | Error bug) {
            failed(bug);
            return true;
        }
    }

    void bytes(byte[] src, int offset, int length) {
        try {
            handler.onBytes(src, offset, length);
        } catch (RuntimeException | Error bug) {
            failed(bug);
        }
    }

    /// Bytes were appended to the output.
    void appended() {
        aboveHighWater |= connection.pendingBytes() >= Connection.HIGH_WATER_BYTES;
    }

    /// Fewer are pending now.
    void progressed() {
        if (isWritable()) {
            connection.loop().execute(this::tellWritable);
        }
    }

    private boolean isWritable() {
        return aboveHighWater && connection.pendingBytes() < LOW_WATER_BYTES;
    }

    private void tellWritable() {
        if (!connection.exchanges() || !isWritable()) {
            return;
        }
        aboveHighWater = false;
        try {
            handler.onWritable();
        } catch (RuntimeException | Error bug) {
            failed(bug);
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
        if (!connection.exchanges()) {
            return;
        }
        try {
            handler.onSent();
        } catch (RuntimeException | Error bug) {
            failed(bug);
        }
    }

    void arrived(Runnable arrived) {
        try {
            arrived.run();
        } catch (RuntimeException | Error bug) {
            failed(bug);
        }
    }

    private void failed(Throwable bug) {
        LostProcess.endIf(bug);
        connection.broken(bug);
    }

    /// The end is being told, here or elsewhere.
    ///
    /// @return false if it was before
    boolean claimEnd() {
        boolean first = !told;
        told = true;
        return first;
    }

    /// Tells the end, unless that was claimed.
    void end(Throwable cause) {
        if (claimEnd()) {
            closed(cause);
        }
    }

    /// Tells the end, which was claimed before.
    void closed(Throwable cause) {
        if (handler != null) {
            try {
                handler.onClosed(cause);
            } catch (RuntimeException | Error bug) {
                LostProcess.endIf(bug);
                LOG.error("{}: its handler failed at the end", connection, bug);
            }
        }
    }
}
