package io.tern.store;

import io.tern.api.Durability;
import io.tern.api.Figure;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.LostProcess;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.store.archive.Archive;
import io.tern.store.archive.Archiver;
import io.tern.store.archive.FrameSource;
import io.tern.store.archive.QueueSlice;
import io.tern.store.archive.ReadRequest;
import io.tern.store.archive.RetainedRequest;
import io.tern.store.disk.Disk;
import io.tern.store.journal.Committer;
import io.tern.store.journal.FrameReader;
import io.tern.store.journal.RecordReader;
import io.tern.store.journal.Segments;
import io.tern.store.journal.Staging;
import io.tern.store.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// A store of a journal, to which everything is written at once, and an archive, which takes over what is still owed
/// when the journal has become long.
///
/// Has no threads: somebody steps the [#committer], and somebody else calls [#archive]. [FileStore] does so with
/// threads on real files, the simulator as a seed says on a disk in memory. After a failure nothing is answered any
/// more.
public final class JournaledStore implements Store {

    private final StoreSettings settings;
    private final Segments segments;
    private final Committer committer;
    private final Archive archive;
    private final Archiver archiver;
    private final Consumer<IOException> onFailure;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Room room;
    private final Reclaim reclaim;
    private final List<Staging> stagings = new CopyOnWriteArrayList<>();

    /// Opens what is there, or begins anew.
    ///
    /// @param disk of the journal; locked by the caller
    /// @param table of the archive, closed with this
    /// @param settings sizes and limits
    /// @param program what writes it, for the message that an older program gives; e.g. `Tern 0.1.0`
    /// @param salts numbers that nobody outside can guess
    /// @param nanoClock any clock in nanoseconds
    /// @param forceNanos told how long each force of the journal took
    /// @param wakeArchiver called on any thread when [#archive] should be called
    /// @param onFailure told once if the disk or the archive has failed: nothing is answered any more from then on
    /// @throws IOException if something is damaged, or can't be read
    public JournaledStore(
            Disk disk,
            Table table,
            StoreSettings settings,
            String program,
            LongSupplier salts,
            LongSupplier nanoClock,
            LongConsumer forceNanos,
            Runnable wakeArchiver,
            Consumer<IOException> onFailure)
            throws IOException {
        this.settings = settings;
        this.onFailure = onFailure;
        this.archive = Archive.open(table, program);
        this.segments = segments(disk, table, settings, archive.position() - 1, salts);
        long highestId = Math.max(archive.highestId(), archive.highestRetained());
        segments.ids().above(Math.max(archive.highestEpoch(), highestId));
        this.committer = new Committer(segments, settings.forces(), nanoClock, forceNanos, this::fail);
        RecordReader reader = new RecordReader();
        this.archiver = new Archiver(archive, new Frames(), reader::read, settings.archiver(), wakeArchiver);
        this.room = new Room(disk, segments, table, settings, nanoClock);
        this.reclaim = new Reclaim(room, segments, archiver, table);
    }

    private static Segments segments(Disk disk, Table table, StoreSettings settings, long archived, LongSupplier salts)
            throws IOException {
        try {
            return Segments.open(disk, settings.journal(), Math.max(0, archived), salts, !settings.forces());
        } catch (IOException | RuntimeException e) {
            table.close(); // Whoever looks at the damage in this process can open it.
            throw e;
        }
    }

    /// The journal, as the archiver sees it.
    private final class Frames implements FrameSource {

        @Override
        public Walk walk(long sequence) {
            FrameReader reader = segments.reader(sequence);
            return handler -> reader.next(handler::frame);
        }

        @Override
        public long durable() {
            return segments.durableSequence();
        }

        @Override
        public long heldBytes() {
            return segments.heldBytes();
        }

        @Override
        public void released(long upTo) {
            committer.released(upTo);
        }
    }

    private void fail(IOException cause) {
        if (failed.compareAndSet(false, true)) {
            onFailure.accept(cause);
        }
    }

    /// What writes the journal.
    ///
    /// @return to be stepped by one thread
    public Committer committer() {
        return committer;
    }

    /// Does a piece of the archive's work. Always on the same thread, not that of the committer. Without room on the
    /// disk the archive takes nothing over, and the journal fills.
    ///
    /// @return whether there is more
    public boolean archive() {
        return guarded(() -> {
            boolean mayWrite = room.mayArchive();
            boolean more = archiver.step(mayWrite);
            more |= mayWrite && room.mayGrow() && segments.ahead();
            return more;
        });
    }

    /// Looks how much room there is on the disk. On the thread of [#archive].
    public void look() {
        guarded(() -> {
            room.look();
            return false;
        });
    }

    /// Gives back room on a disk that is full, or nearly so: a piece of that with each call, while [#archive] has
    /// nothing to do. On its thread.
    ///
    /// @return whether there is more to do at once
    public boolean reclaim() {
        return guarded(reclaim::step);
    }

    /// A piece of the work of the archive's thread.
    @FunctionalInterface
    interface Piece {
        boolean step() throws IOException;
    }

    /// Does a piece, unless something has failed before. Whatever it throws is told: else the thread would end, and
    /// nobody would know.
    ///
    /// @return whether there is more to do at once
    boolean guarded(Piece piece) {
        if (failed.get()) {
            return false;
        }
        try {
            return piece.step();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            LostProcess.endIf(e);
            fail(new IOException("the archive is broken", e));
        }
        return false;
    }

    /// How often [#reclaim] was in vain since it last gave back something to speak of.
    ///
    /// @return 0 and up
    public int vainReclaims() {
        return reclaim.vainRuns();
    }

    @Override
    public Durability durability() {
        return settings.forces() ? Durability.SYNC : Durability.OS;
    }

    @Override
    public void recover(Recovered into) {
        try {
            do {
                room.look();
                reclaim.ahead();
            } while (archiver.takeOver());
            archiver.recover(into);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long firstId() {
        return segments.ids().first();
    }

    @Override
    public Journal open(int shard, Loop loop, Progress progress) {
        Staging staging = new Staging(committer, segments.ids(), loop, progress);
        stagings.add(staging);
        return staging;
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        ReadRequest request =
                new ReadRequest(epoch, from, end, maxBytes, loop, slice -> then.accept(reading(slice, end)));
        if (!archiver.read(request)) {
            loop.execute(() -> then.accept(new Reading(List.of(), from))); // Whoever needs it asks again.
        }
    }

    private static Reading reading(QueueSlice slice, long end) {
        List<Stored> messages = slice.messages();
        return new Reading(messages, slice.more() ? messages.getLast().sequence() + 1 : end);
    }

    @Override
    public List<Figure> figures() {
        return StoreFigures.of(this);
    }

    /// What the archive's files take, as of the last [#look].
    long archiveBytes() {
        return room.archiveBytes();
    }

    /// The shards' journals.
    List<Staging> stagings() {
        return stagings;
    }

    @Override
    public double keptPart() {
        return room.keptPart();
    }

    @Override
    public double diskPart() {
        return room.diskPart();
    }

    @Override
    public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
        if (!archiver.readRetained(new RetainedRequest(wanted, loop, waits, then))) {
            loop.execute(() -> then.accept(List.of())); // Whoever needs them asks again.
        }
    }

    @Override
    public boolean full() {
        return room.full();
    }

    /// Whether the disk or the archive has failed, so that nothing is written or answered any more.
    ///
    /// @return true for good, once it is
    public boolean hasFailed() {
        return failed.get();
    }

    /// What the archive holds, for who looks at it while nobody steps this.
    ///
    /// @return the archive
    public Archive contents() {
        return archive;
    }

    /// The journal's files.
    ///
    /// @return for those who count
    public Segments segments() {
        return segments;
    }

    /// The archive's work.
    ///
    /// @return for those who count
    public Archiver archiver() {
        return archiver;
    }

    /// Lets the archive take over everything, so that the next start has nothing to read twice, and lets go of the
    /// files. Nobody steps the committer or the archive any more; what was not handed to the committer before is lost.
    @Override
    public void close() {
        try (archive;
                segments) {
            while (!failed.get() && room.mayArchive() && archiver.takeOver()) {
                room.look(); // What there is no room for is taken over by the next process.
            }
            if (!failed.get() && room.mayFlush()) {
                archiver.flush();
            }
        } catch (IOException e) {
            fail(e);
        }
    }
}
