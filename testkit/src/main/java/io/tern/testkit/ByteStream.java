package io.tern.testkit;

import java.io.IOException;

/// A blocking connection that carries MQTT bytes, whatever is below them.
interface ByteStream extends AutoCloseable {

    /// How long a read waits for the first byte. Unit: milliseconds.
    int TIMEOUT_MILLIS = 10_000;

    /// Sends bytes.
    void write(byte[] bytes) throws IOException;

    /// Waits for bytes.
    ///
    /// @return how many were put into the array, -1 once the peer has closed
    int read(byte[] into) throws IOException;

    /// Closes it, in whatever state it is; for TCP with a FIN.
    @Override
    void close() throws IOException;

    /// Breaks it: the peer gets a reset.
    void reset() throws IOException;
}
