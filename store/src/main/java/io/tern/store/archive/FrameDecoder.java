package io.tern.store.archive;

import io.tern.store.journal.JournalRecords;
import java.io.IOException;

/// Says the records of a frame again. May keep what it needs from call to call; used on one thread.
@FunctionalInterface
public interface FrameDecoder {

    /// Reads a whole frame.
    ///
    /// @param bytes holds it
    /// @param offset of its first record
    /// @param length bytes of all records
    /// @param records is told each
    /// @throws IOException if these are no records
    void read(byte[] bytes, int offset, int length, JournalRecords records) throws IOException;
}
