package io.tern.store.table;

import java.io.IOException;

/// A walk over a range of a [Table], in the order of the keys. For the thread that uses the table.
public interface Cursor extends AutoCloseable {

    /// Whether it stands at an entry.
    ///
    /// @return false behind the last one of the range
    boolean valid();

    /// Goes to the entry behind this one.
    ///
    /// @throws IOException if it can't be read
    void next() throws IOException;

    /// Goes to the first entry of the range that is not before a key; back, too.
    ///
    /// @param key any
    /// @throws IOException if it can't be read
    void seek(byte[] key) throws IOException;

    /// The key here.
    ///
    /// @return for the caller to keep
    byte[] key();

    /// The value here.
    ///
    /// @return for the caller to keep
    byte[] value();

    @Override
    void close();
}
