package io.tern.store.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// An ordered map of byte keys to byte values, larger than memory, whose changes are made safe in the order they came.
/// Keys are compared byte by byte, unsigned, a shorter one before those it begins.
///
/// For one thread at a time. After a call has failed the table is broken: each later one fails, too, until the process
/// has opened it anew. Nothing is ever tried a second time, since a file that refused to be synced may have lost what
/// it was given.
public interface Table extends Closeable {

    /// Applies all changes of a batch at once, in their order: whoever reads afterwards sees them. They are not on disk
    /// yet. Should the process end, what is found afterwards is the state after some batch, not before the last
    /// [#flush]: never a later batch without an earlier one, never half of one.
    ///
    /// @param batch not changed, not kept
    /// @throws IOException if the table is broken
    void write(Batch batch) throws IOException;

    /// Looks up one key.
    ///
    /// @param key any
    /// @return its value, for the caller to keep, or null
    /// @throws IOException if it can't be read
    byte[] get(byte[] key) throws IOException;

    /// Walks over a range. Whether the walk meets what is written while it is open is left open.
    ///
    /// @param from the first key, included
    /// @param toExclusive the end, not included
    /// @return stands at the first entry of the range, and must be closed
    /// @throws IOException if it can't be read
    Cursor cursor(byte[] from, byte[] toExclusive) throws IOException;

    /// Waits until everything written so far is on disk.
    ///
    /// @throws IOException if it isn't, and never will be
    void flush() throws IOException;

    /// Gives the room back that deleted entries still take in a part of the table, which is written anew for that; the
    /// next call goes on behind it. May take seconds, and needs [#mergeBytes].
    ///
    /// @return whether there is more; false where the row of slices ended
    /// @throws IOException if the table is broken
    boolean compactSlice() throws IOException;

    /// Whether it may write anew what it has, to put that in order, by itself: not at first. Without it reading
    /// becomes slow, and no room is given back.
    ///
    /// @param allowed false if the disk has not [#mergeBytes] left
    /// @throws IOException if the table is broken
    void merge(boolean allowed) throws IOException;

    /// Guesses how much room a range takes, written and not.
    ///
    /// @param from the first key, included
    /// @param toExclusive the end, not included
    /// @return bytes, after compression where there is one; 0 or more
    /// @throws IOException if it can't be read
    long approximateBytes(byte[] from, byte[] toExclusive) throws IOException;

    /// How much it may write anew at once to put in order what it has on the disk now; for so long that is there twice.
    ///
    /// @return bytes, 0 and up
    /// @throws IOException if the table is broken
    long mergeBytes() throws IOException;

    /// Makes another folder with what is on disk, from which a table can be opened. Takes no room as long as it lies on
    /// the same disk and the table goes on as it is.
    ///
    /// @param folder not there yet
    /// @throws IOException if it can't be made, or the table has no files
    default void checkpoint(Path folder) throws IOException {
        throw new IOException("this table has no files");
    }

    /// How much of what was written may still have to go to the disk, or will have before somebody looks.
    ///
    /// @return bytes, 0 and up
    long flushBytes();

    /// Lets go of files and memory. What was not flushed may be lost. A second call does nothing.
    @Override
    void close() throws IOException;
}
