package io.tern.store.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// One folder of plain files. Everything that a store does to a disk goes through here, so that tests and the simulator
/// can put a disk behind it that loses, tears and refuses.
///
/// May be used by several threads, each on files of its own. Names are plain file names, without a path.
public interface Disk {

    /// How this folder is called in messages to people.
    ///
    /// @return its path, or another name
    String name();

    /// What lies in the folder, folders in it left out.
    ///
    /// @return names, sorted
    /// @throws IOException if the folder can't be read
    List<String> list() throws IOException;

    /// Opens a file that is there.
    ///
    /// @param name which
    /// @return the file, to be closed by the caller
    /// @throws IOException if it is missing or can't be opened
    DiskFile open(String name) throws IOException;

    /// Makes a file of a fixed size, filled with zeros that are already on the disk. Later writes inside that size need
    /// no space and touch no metadata. The name itself survives a power failure only after [#sync].
    ///
    /// @param name which; must not be there
    /// @param bytes its size, 0 and up
    /// @return the file, to be closed by the caller
    /// @throws IOException if it is there already, or the disk is full; nothing of it is left then
    DiskFile create(String name, long bytes) throws IOException;

    /// Gives a file another name, in place of what had that name before. Whoever has it open can go on using it.
    ///
    /// @param from its name
    /// @param to its new name
    /// @throws IOException if that fails
    void rename(String from, String to) throws IOException;

    /// Removes a file.
    ///
    /// @param name which
    /// @throws IOException if it is missing or can't be removed
    void delete(String name) throws IOException;

    /// Waits until names made, changed and removed so far would survive a power failure.
    ///
    /// @throws IOException if that is not certain
    void sync() throws IOException;

    /// Keeps other processes off this folder.
    ///
    /// @return what ends that when closed
    /// @throws IOException if another process has it; the message names the folder
    Closeable lock() throws IOException;

    /// What may still be written.
    ///
    /// @return bytes
    /// @throws IOException if the disk doesn't say
    long usableBytes() throws IOException;

    /// How large the disk is.
    ///
    /// @return bytes
    /// @throws IOException if the disk doesn't say
    long totalBytes() throws IOException;
}
