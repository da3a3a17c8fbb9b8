package io.tern.transport;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Door;
import io.tern.api.LostProcess;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a connection tells its handler; a mistake of the handler's ends this connection and nothing else. On the
/// loop's thread.
final class Handling {

    private static final Logger LOG = LoggerFactory.getLogger(Handling.class);

    private final Connection connection;
    private final Consumer<Throwable> failed;
    private ConnectionHandler handler;
    private boolean told;

    /// @param failed hears of mistakes
    Handling(Connection connection, Consumer<Throwable> failed) {
        this.connection = connection;
        this.failed = failed;
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

    void writable() {
        try {
            handler.onWritable();
        } catch (RuntimeException | Error bug) {
            failed(bug);
        }
    }

    void sent() {
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
        failed.accept(bug);
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
