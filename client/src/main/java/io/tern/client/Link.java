package io.tern.client;

import java.io.Closeable;
import java.io.IOException;

/// A stream of bytes to and from the server. One thread reads, one writes, any closes.
interface Link extends Closeable {

    /// Makes a link; may block up to the connect timeout.
    interface Opener {
        Link open() throws IOException;
    }

    /// Waits for bytes.
    ///
    /// @return how many were put into the buffer, or -1 at the end of the stream
    int read(byte[] buffer) throws IOException;

    /// Writes all of it; blocks while the server doesn't take it.
    void write(byte[] bytes, int offset, int length) throws IOException;

    /// Says that nothing more will be written, so that the server sees our last bytes before the end.
    void finishWriting() throws IOException;

    /// Closes it at once; a thread inside [#read] or [#write] gets out.
    @Override
    void close();
}
