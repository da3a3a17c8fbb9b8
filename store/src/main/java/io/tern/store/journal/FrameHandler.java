package io.tern.store.journal;

import java.io.IOException;

/// Takes the frames of a journal, one after the other.
@FunctionalInterface
public interface FrameHandler {

    /// One frame.
    ///
    /// @param sequence its number
    /// @param bytes holds its records, until this call ends
    /// @param offset of the first
    /// @param length bytes of all
    /// @throws IOException if it can't be used; what reads the journal stops, and a
    ///     [io.tern.store.disk.DamagedException] is given the name of the file on its way
    void frame(long sequence, byte[] bytes, int offset, int length) throws IOException;
}
