package io.tern.store.disk;

import io.tern.api.FolderSync;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// A folder of the operating system's.
public final class RealDisk implements Disk {

    private static final String LOCK = "lock";
    private static final int ZEROS_BYTES = 1024 * 1024;

    private final Path folder;
    private final boolean reads;
    private volatile FileStore store;

    /// Takes a folder, and makes it with its parents if it isn't there.
    ///
    /// @param folder where
    /// @throws IOException if it can't be made
    public RealDisk(Path folder) throws IOException {
        this.folder = folder;
        this.reads = false;
        Files.createDirectories(folder);
    }

    private RealDisk(Path folder, boolean reads) {
        this.folder = folder;
        this.reads = reads;
    }

    /// Takes a folder that is there, for somebody who only reads. Its lock is taken if its file is there: if not,
    /// nobody has it.
    ///
    /// @param folder where
    /// @return nothing in it can be changed through this
    public static RealDisk reading(Path folder) {
        return new RealDisk(folder, true);
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Path path = folder.resolve(name);
        return new RealFile(reads
                ? FileChannel.open(path, StandardOpenOption.READ)
                : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        Path path = folder.resolve(name);
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try {
            // Zeros are really written: a hole would be given its blocks later, by each fdatasync.
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, ZEROS_BYTES));
            for (long at = 0; at < bytes; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(bytes - at, zeros.capacity()));
                writeFully(channel, zeros, at);
            }
            channel.force(true);
            return new RealFile(channel);
        } catch (IOException e) {
            try {
                channel.close();
                Files.deleteIfExists(path);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        FolderSync.force(folder);
    }

    @Override
    public Closeable lock() throws IOException {
        Path path = folder.resolve(LOCK);
        if (reads && Files.notExists(path)) {
            return () -> { };
        }
        // Who may only read it can have it with others who do, and not with a broker.
        FileChannel channel = reads
                ? FileChannel.open(path, StandardOpenOption.READ)
                : FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        FileLock lock;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, reads);
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("folder " + folder + " is in use by another process (its file '" + LOCK
                    + "' is locked): two brokers can't share one");
        }
        return channel;
    }

    @Override
    public long usableBytes() throws IOException {
        return store().getUsableSpace();
    }

    @Override
    public long totalBytes() throws IOException {
        return store().getTotalSpace();
    }

    /// To find it takes a hundred times as long as to ask it.
    private FileStore store() throws IOException {
        FileStore found = store;
        if (found == null) {
            found = Files.getFileStore(folder);
            store = found;
        }
        return found;
    }

    private static void writeFully(FileChannel channel, ByteBuffer src, long offset) throws IOException {
        long at = offset;
        while (src.hasRemaining()) {
            at += channel.write(src, at);
        }
    }

    private record RealFile(FileChannel channel) implements DiskFile {

        @Override
        public void write(ByteBuffer src, long offset) throws IOException {
            writeFully(channel, src, offset);
        }

        @Override
        public int read(ByteBuffer dst, long offset) throws IOException {
            int total = 0;
            while (dst.hasRemaining()) {
                int read = channel.read(dst, offset + total);
                if (read < 0) {
                    break;
                }
                total += read;
            }
            return total;
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
