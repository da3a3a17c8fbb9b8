package io.tern.store;

import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.store.archive.Archive;
import io.tern.store.archive.ArchiveStats;
import io.tern.store.archive.Export;
import io.tern.store.disk.RealDisk;
import io.tern.store.table.RocksTable;
import io.tern.wire.Will;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Supplier;

/// The store of a broker that isn't running, for who wants to look into it or move it. What the journal holds is
/// brought to the archive first. For one thread.
public final class OfflineStore implements Closeable {

    private final Closeable lock;
    private final JournaledStore store;
    private final String program;

    /// Opens it, or makes an empty one.
    ///
    /// @param folder the broker's data folder
    /// @param program what opens it, e.g. `Tern 0.1.0`
    /// @throws IOException if a process has it, or it is damaged
    public OfflineStore(Path folder, String program) throws IOException {
        this(new StoreFolder(folder), new StoreFolder(folder).makeJournal(), program);
    }

    private OfflineStore(StoreFolder folder, RealDisk disk, String program) throws IOException {
        this(folder, disk, disk.lock(), program);
    }

    /// Opens one that is locked.
    ///
    /// @param lock let go of in the end
    OfflineStore(StoreFolder folder, RealDisk disk, Closeable lock, String program) throws IOException {
        this.program = program;
        this.lock = lock;
        try {
            RocksTable table = folder.openArchive(program);
            SecureRandom salts = new SecureRandom();
            store = new JournaledStore(
                    disk,
                    table,
                    StoreSettings.of(Options.DEFAULTS, true, disk.totalBytes()),
                    program,
                    salts::nextLong,
                    System::nanoTime,
                    nanos -> { },
                    () -> { },
                    failure -> {
                        throw new UncheckedIOException(failure);
                    });
            folder.acquaint(store.contents());
            store.recover(new Nobody());
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Counts what is there.
    ///
    /// @return the numbers
    /// @throws IOException if it can't be read
    public ArchiveStats stats() throws IOException {
        return ArchiveStats.of(archive());
    }

    /// Writes all that is there as lines of JSON.
    ///
    /// @param out gets them; not closed
    /// @throws IOException if it can't be read, or the lines not be written
    public void export(Appendable out) throws IOException {
        Export.write(archive(), program, out);
    }

    /// Whether nothing was ever kept here.
    ///
    /// @return true for a new one
    public boolean isEmpty() {
        return archive().isEmpty();
    }

    private Archive archive() {
        return store.contents();
    }

    @Override
    public void close() throws IOException {
        try {
            store.close();
        } finally {
            lock.close();
        }
    }

    /// Needs to be told nothing.
    private static final class Nobody implements Recovered {

        @Override
        public void session(
                long epoch,
                String clientId,
                Owner owner,
                long expirySeconds,
                Will will,
                long leftMillis,
                long sentEnd) {}

        @Override
        public void group(long epoch, String filter) {}

        @Override
        public void delayed(long epoch) {}

        @Override
        public void subscription(long epoch, String filter, int options, int identifier) {}

        @Override
        public void inbound(long epoch, int packetId) {}

        @Override
        public void loose(long epoch, long first, long end) {}

        @Override
        public void queue(long epoch, long first, long end, long messages, long bytes) {}

        @Override
        public void retained(
                RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {}
    }
}
