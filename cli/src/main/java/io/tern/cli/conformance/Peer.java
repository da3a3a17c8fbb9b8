package io.tern.cli.conformance;

import java.io.IOException;

/// The broker that scripts are run against, however it is reached. For one thread.
public interface Peer {

    /// Opens a network connection; nothing is sent on it.
    ///
    /// @return connected
    /// @throws IOException if the broker can't be reached
    Link open() throws IOException;

    /// The time that deadlines are counted in.
    ///
    /// @return milliseconds since some moment
    long nowMillis();

    /// Lets time pass.
    ///
    /// @param millis how much
    /// @throws IOException if that is interrupted
    void pass(long millis) throws IOException;

    /// One network connection.
    interface Link {

        /// Sends bytes, as one write.
        ///
        /// @param bytes all of them
        /// @throws IOException if the connection is broken
        void send(byte[] bytes) throws IOException;

        /// Waits for bytes.
        ///
        /// @param untilMillis when to give up, in the peer's time
        /// @return what has come, at least one byte; empty once the broker has closed, null if the time is up
        /// @throws IOException if waiting is interrupted
        byte[] receive(long untilMillis) throws IOException;

        /// Closes the connection, in whatever state it is.
        void close();
    }
}
