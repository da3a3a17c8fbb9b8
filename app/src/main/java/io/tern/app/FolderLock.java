package io.tern.app;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Keeps other processes out of a data folder, from before its first file is read until the last was written. The
/// kernel lets go of it with the process, however that ends.
final class FolderLock implements Closeable {

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /// @throws IOException if somebody has it
    static FolderLock take(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("tern.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw used(folder);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw used(folder);
    }

    private static IOException used(Path folder) {
        return new IOException("folder " + folder + " is in use by another process (its file 'tern.lock' is locked)");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
