package io.tern.store;

import io.tern.api.Backups;
import io.tern.api.Durability;
import io.tern.api.Figure;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.store.disk.DamagedDataException;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.CommitterThread;
import io.tern.store.table.RocksTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// A [JournaledStore] in a folder: `journal`, `archive`, and `native` for RocksDB's library, with a thread for the
/// journal and one for the archive.
public final class FileStore implements Store {

    /// The archive's thread looks so often whether the journal has grown or the disk has filled.
    private static final long LOOK_NANOS = 100_000_000;
    /// To give room back all that is there may be written anew. There is such a pause before that begins again, with a
    /// full disk,
    private static final long RECLAIM_NANOS = 2_000_000_000;
    /// or else: twice as long each time that it was in vain, up to so often.
    private static final long REST_NANOS = 20_000_000_000L;
    private static final int DOUBLINGS_MAX = 6;

    private final Path damage;
    private final Closeable lock;
    private final JournaledStore store;
    private final CommitterThread committer;
    private final Thread archiver;
    private final StoreFolder folder;
    private volatile StoreBackups backups;
    private volatile boolean closing;

    private FileStore(Path folder, StoreSettings settings, String program, LongConsumer forceNanos,
            Consumer<IOException> onFailure) throws IOException {
        StoreFolder parts = new StoreFolder(folder);
        RealDisk disk = parts.makeJournal();
        this.folder = parts;
        this.damage = parts.damage();
        this.lock = disk.lock();
        try {
            RocksTable table = parts.openArchive(program);
            this.archiver = Thread.ofPlatform().name("tern-archive").daemon().unstarted(this::archive);
            SecureRandom random = new SecureRandom();
            this.store = new JournaledStore(disk, table, settings, program, random::nextLong, System::nanoTime,
                    forceNanos, () -> LockSupport.unpark(archiver), cause -> failed(cause, onFailure));
            parts.acquaint(store.contents());
            this.committer = new CommitterThread(store.committer());
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// A start would go well until somebody meets the damage again. So the next one is told.
    private void failed(IOException cause, Consumer<IOException> onFailure) {
        if (cause instanceof DamagedDataException) {
            try {
                Files.writeString(damage, cause.getMessage() + "\n");
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
        onFailure.accept(cause);
    }

    /// Loads RocksDB's library, if that lies unpacked beside its jar: it takes a while, in which a program that will
    /// open a store can do something else. Any thread; says nothing if it fails, since opening will say it.
    public static void preload() {
        RocksTable.preload();
    }

    /// Opens the store of a folder, or begins one.
    ///
    /// @param folder that no other process uses
    /// @param settings sizes and limits
    /// @param program what writes it, e.g. `Tern 0.1.0`
    /// @param forceNanos told how long each force of the journal took, on the journal's thread
    /// @param onFailure told once, on some thread, if the disk or the archive has failed: nothing is answered any more
    ///     from then on, and the process has to end
    /// @return open
    /// @throws IOException if another process has it, it is damaged, or written by a newer program; says which file and
    ///     what to do
    public static FileStore open(Path folder, StoreSettings settings, String program, LongConsumer forceNanos,
            Consumer<IOException> onFailure) throws IOException {
        return new FileStore(folder, settings, program, forceNanos, onFailure);
    }

    /// How large the disk is that a folder lies on.
    ///
    /// @param folder is made if it isn't there
    /// @return bytes
    /// @throws IOException if it can't be made
    public static long diskBytes(Path folder) throws IOException {
        return new StoreFolder(folder).makeJournal().totalBytes();
    }

    private void archive() {
        long lookedNanos = System.nanoTime();
        long reclaimedNanos = lookedNanos;
        boolean reclaiming = false;
        while (!closing) {
            boolean more = store.archive();
            long now = System.nanoTime();
            if (now - lookedNanos >= LOOK_NANOS) {
                lookedNanos = now;
                store.look();
                store.guarded(this::expireBackup);
            }
            long restNanos = REST_NANOS << Math.min(store.vainReclaims(), DOUBLINGS_MAX);
            long pauseNanos = store.full() ? RECLAIM_NANOS : restNanos;
            if (!more && (reclaiming || now - reclaimedNanos >= pauseNanos)) {
                reclaiming = store.reclaim();
                store.look();
                reclaimedNanos = System.nanoTime();
            }
            if (!more && !reclaiming && !closing) {
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        }
    }

    /// @return false, since there is nothing to do at once
    private boolean expireBackup() {
        try {
            if (backups != null) {
                backups.expire();
            }
            return false;
        } catch (IOException e) {
            return false; // It is tried again, at the latest at the next start.
        }
    }

    /// What backups are made by. To be called once.
    ///
    /// @param bytesPerSecond most that is read for them in a second
    /// @return for any thread
    /// @throws IOException if what a process before has left can't be deleted
    public Backups backups(long bytesPerSecond) throws IOException {
        backups = new StoreBackups(folder, store.archiver(), bytesPerSecond, System::nanoTime);
        return backups;
    }

    @Override
    public Durability durability() {
        return store.durability();
    }

    /// Also starts the threads.
    @Override
    public void recover(Recovered into) {
        store.recover(into);
        store.look();
        committer.start();
        archiver.start();
    }

    @Override
    public long firstId() {
        return store.firstId();
    }

    @Override
    public Journal open(int shard, Loop loop, Progress progress) {
        return store.open(shard, loop, progress);
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        store.read(epoch, from, end, maxBytes, loop, then);
    }

    @Override
    public List<Figure> figures() {
        return store.figures();
    }

    @Override
    public double keptPart() {
        return store.keptPart();
    }

    @Override
    public double diskPart() {
        return store.diskPart();
    }

    @Override
    public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
        store.readRetained(wanted, loop, waits, then);
    }

    @Override
    public boolean full() {
        return store.full();
    }

    /// What it is made of.
    ///
    /// @return for those who count
    public JournaledStore parts() {
        return store;
    }

    @Override
    public void close() {
        committer.close();
        closing = true;
        LockSupport.unpark(archiver);
        try {
            archiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.archiver().stopped();
        store.close();
        try {
            if (backups != null) {
                backups.close();
            }
            lock.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
