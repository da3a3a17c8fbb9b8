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

    /// Takes what is left of a frame whose checksum is wrong: its header makes sense, what follows may do in part.
    ///
    /// @param sequence its number
    /// @param bytes holds what its records were, until this call ends
    /// @param offset of the first
    /// @param length bytes of all
    /// @throws IOException as [#frame]
    default void broken(long sequence, byte[] bytes, int offset, int length) throws IOException {}
}
