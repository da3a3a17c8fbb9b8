package io.tern.store.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file of a [Disk]. One thread may write while others read.
public interface DiskFile extends Closeable {

    /// Writes all that remains in a buffer.
    ///
    /// @param src from its position to its limit; drained afterwards
    /// @param offset where the first byte goes
    /// @throws IOException if not all was written; what lies there is unknown then
    void write(ByteBuffer src, long offset) throws IOException;

    /// Reads until the buffer is full or the file ends.
    ///
    /// @param dst filled from its position on
    /// @param offset of the first byte
    /// @return bytes read, 0 at or behind the end of the file
    /// @throws IOException if the disk can't read them
    int read(ByteBuffer dst, long offset) throws IOException;

    /// Waits until all written so far would survive a power failure (fdatasync). After a failure nothing is known about
    /// any of it, and a second try proves nothing.
    ///
    /// @throws IOException if that is not certain
    void force() throws IOException;

    /// How long the file is.
    ///
    /// @return bytes
    /// @throws IOException if the disk doesn't say
    long size() throws IOException;
}
