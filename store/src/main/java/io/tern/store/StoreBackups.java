package io.tern.store;

import io.tern.api.Backups;
import io.tern.store.archive.Archiver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Backups of a store that runs: the archive takes over what is safe, links to its files are put into a folder beside
/// it, and those are read from there. What lies beside journal and archive and belongs to the same moment is copied.
public final class StoreBackups implements Backups {

    /// Of a file at once.
    static final int PIECE_BYTES_MAX = 256 * 1024;

    private static final List<String> BESIDE = List.of("clock", "bans.json");
    private static final long BEGIN_SECONDS_MAX = 120;
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final double NANOS = 1e9;

    private final StoreFolder folder;
    private final Archiver archiver;
    private final long bytesPerSecond;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private Begun begun;
    private long usedNanos;
    /// So much was read up to then.
    private double budgetBytes;
    private long budgetNanos;
    private int count;

    /// Nothing is begun.
    ///
    /// @param nanoClock any clock in nanoseconds
    StoreBackups(StoreFolder folder, Archiver archiver, long bytesPerSecond, LongSupplier nanoClock)
            throws IOException {
        this.folder = folder;
        this.archiver = archiver;
        this.bytesPerSecond = bytesPerSecond;
        this.nanoClock = nanoClock;
        StoreFolder.delete(folder.copy()); // The process before may have been killed.
    }

    @Override
    public Begun begin() throws IOException {
        lock.lock();
        try {
            expire();
            if (begun != null) {
                throw new IOException("another backup is being read");
            }
            StoreFolder.delete(folder.copy());
            Files.createDirectories(folder.copy());
            boolean done = false;
            try {
                Path archive = folder.copy().resolve(StoreFolder.ARCHIVE);
                long frame = made(archive);
                for (String name : BESIDE) {
                    Path file = folder.beside(name);
                    if (Files.isRegularFile(file)) {
                        Files.copy(file, folder.copy().resolve(name));
                    }
                }
                begun = new Begun("backup-" + ++count + "-" + frame, frame, parts());
                usedNanos = nanoClock.getAsLong();
                budgetNanos = usedNanos;
                budgetBytes = 0;
                done = true;
                return begun;
            } finally {
                if (!done) {
                    StoreFolder.delete(folder.copy());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private long made(Path archive) throws IOException {
        try {
            return archiver.checkpoint(archive).get(BEGIN_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("the archive has not taken over what the journal holds within "
                    + BEGIN_SECONDS_MAX + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private List<Part> parts() throws IOException {
        List<Part> parts = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder.copy())) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                parts.add(new Part(folder.copy().relativize(each).toString(), Files.size(each)));
            }
        }
        return List.copyOf(parts);
    }

    @Override
    public Piece read(String id, String file, long offset) throws IOException {
        lock.lock();
        try {
            expire();
            if (begun == null || !begun.id().equals(id)) {
                throw new IOException("there is no backup '" + id + "' any more");
            }
            if (begun.parts().stream().noneMatch(part -> part.name().equals(file)) || offset < 0) {
                throw new IOException("there is no such file in backup '" + id + "'");
            }
            usedNanos = nanoClock.getAsLong();
            long waitMillis = waitMillis(usedNanos);
            if (waitMillis > 0) {
                return new Piece(new byte[0], waitMillis);
            }
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES_MAX);
            try (FileChannel channel = FileChannel.open(folder.copy().resolve(file), StandardOpenOption.READ)) {
                while (piece.hasRemaining() && channel.read(piece, offset + piece.position()) > 0) {
                    continue;
                }
            }
            budgetBytes -= piece.position();
            byte[] bytes = new byte[piece.flip().remaining()];
            piece.get(bytes);
            return new Piece(bytes, 0);
        } finally {
            lock.unlock();
        }
    }

    /// What was read is paid off as time goes on; a tenth of a second's worth may be read ahead.
    private long waitMillis(long nowNanos) {
        double most = bytesPerSecond / 10.0;
        budgetBytes = Math.min(most, budgetBytes + (nowNanos - budgetNanos) / NANOS * bytesPerSecond);
        budgetNanos = nowNanos;
        return budgetBytes >= 0 ? 0 : (long) Math.ceil(-budgetBytes / bytesPerSecond * 1000);
    }

    @Override
    public void end(String id) throws IOException {
        lock.lock();
        try {
            if (begun != null && begun.id().equals(id)) {
                begun = null;
                StoreFolder.delete(folder.copy());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends one that nobody reads any more: it holds files that the archive may have done with. Called now and then.
    void expire() throws IOException {
        if (lock.tryLock()) {
            try {
                if (begun != null && nanoClock.getAsLong() - usedNanos > IDLE_NANOS_MAX) {
                    end(begun.id());
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// The store closes.
    void close() throws IOException {
        lock.lock();
        try {
            begun = null;
            StoreFolder.delete(folder.copy());
        } finally {
            lock.unlock();
        }
    }
}
