package io.tern.testkit.sim;

import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.store.JournaledStore;
import io.tern.store.StoreSettings;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.Disk;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.disk.MemoryDisk.Operation;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.MemoryTable;
import io.tern.store.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/// The real journal and the real archive on a disk in memory: written, forced and archived a step at a time. The disk
/// is slow or full now and then, fails, and loses with the power what was not forced.
final class DiskStore implements SimStore {

    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final int LARGE_SEGMENT_BYTES = 1024 * 1024;
    private static final int SEGMENTS = 12;
    private static final int RESERVE_SEGMENTS = 2;
    private static final int WAITING_READS = 8;
    private static final int SLOW_STEPS = 200;
    private static final int STALL_STEPS = 3_000;

    private final Simulation sim;
    private final StoreSettings settings;
    private final SimDisk disk;
    private final MemoryTable table = new MemoryTable();
    private JournaledStore store;
    private boolean committing;
    private boolean archiving;
    private long archivedBytes;
    private int slowUntilStep;
    private boolean failed;
    private boolean starting;

    DiskStore(Simulation sim) {
        this.sim = sim;
        int segmentBytes = sim.profile().payloadBytes() > 8000 ? LARGE_SEGMENT_BYTES : SEGMENT_BYTES;
        long maxBytes = (long) segmentBytes * SEGMENTS;
        int heldSegments = sim.random().pick(0, 1, 2, SEGMENTS / 2);
        this.disk = new SimDisk(maxBytes * 4);
        this.settings = new StoreSettings(
                new JournalOptions(segmentBytes, maxBytes, RESERVE_SEGMENTS),
                new ArchiverLimits((long) heldSegments * segmentBytes, segmentBytes, WAITING_READS),
                true,
                (long) RESERVE_SEGMENTS * segmentBytes,
                100);
    }

    @Override
    public Store start() {
        if (sim.oddities().startsInVain()) {
            startInVain(sim.oddities().starts());
        }
        failed = false;
        committing = false;
        archiving = true;
        disk.faults((operation, file) -> before(operation));
        starting = true;
        store = open(
                sim.faults().disk(disk),
                sim.faults().table(table),
                sim.random(),
                () -> archiving = true,
                cause -> failed = true);
        return store;
    }

    /// A process before the one that begins can't read the disk, or ends as soon as it has: that takes nothing away.
    private void startInVain(SimRandom random) {
        int[] readable = {random.below(random.pick(3, 30, 300))};
        disk.faults((operation, file) -> {
            if (operation == Operation.READ && readable[0]-- == 0) {
                throw new IOException("simulated failure of a read");
            }
        });
        try {
            opened(sim.faults().disk(disk), table, random, () -> { }, cause -> { }).recover(new ModelState());
        } catch (IOException | UncheckedIOException e) {
            sim.trace().event("disk", "can't be read", readable[0], 0, e.getMessage());
            if (!e.getMessage().contains("simulated failure")) {
                throw sim.violation("a read that fails is taken for something else: " + e.getMessage(), e);
            }
        }
        disk.crash(null);
        table.crash(random.below(table.unflushed() + 1));
    }

    private JournaledStore open(
            Disk on, Table under, SimRandom salts, Runnable wakeArchiver, Consumer<IOException> onFailure) {
        try {
            return opened(on, under, salts, wakeArchiver, onFailure);
        } catch (IOException e) {
            throw sim.violation("the store can't be opened: " + e.getMessage(), e);
        }
    }

    private JournaledStore opened(
            Disk on, Table under, SimRandom salts, Runnable wakeArchiver, Consumer<IOException> onFailure)
            throws IOException {
        return new JournaledStore(
                on,
                under,
                settings,
                "simulated",
                salts::nextLong,
                () -> sim.clock().nowMillis() * 1_000_000,
                nanos -> { },
                wakeArchiver,
                onFailure);
    }

    @Override
    public ModelState after(SimRandom random, boolean power) {
        Table left = table.afterCrash(random.below(table.unflushed() + 1));
        ModelState found = new ModelState();
        JournaledStore next = open(disk.after(random, power), left, random, () -> { }, cause -> { });
        recover(next, found);
        return found;
    }

    private void recover(JournaledStore next, ModelState found) {
        next.recover(found);
        for (long epoch : found.epochs()) {
            found.contents(epoch, queue(next, epoch));
        }
    }

    /// A byte of the journal changes. A start says so, or has all that there was, but for the last frame: that is taken
    /// for one that was being written.
    @Override
    public ModelState afterFlip(SimRandom random) {
        MemoryDisk left = disk.after(random, false);
        try {
            List<String> names = left.list();
            String name = names.get(random.below(names.size()));
            long last = opened(disk.after(random, false), table.afterCrash(0), random, () -> { }, cause -> { })
                    .segments().durableSequence();
            left.flip(name, random.below((int) left.open(name).size()));
            JournaledStore next = opened(left, table.afterCrash(0), random, () -> { }, cause -> { });
            ModelState found = new ModelState();
            recover(next, found);
            return next.segments().durableSequence() == last - 1 ? null : found;
        } catch (IOException | UncheckedIOException e) {
            sim.trace().event("disk", "is damaged", 0, 0, e.getMessage());
            if (!e.getMessage().contains("damaged")) {
                throw sim.violation("a changed byte is not called damage: " + e.getMessage(), e);
            }
            return null;
        }
    }

    private List<Stored> queue(JournaledStore of, long epoch) {
        try {
            return of.contents().read(epoch, 0, Long.MAX_VALUE, Long.MAX_VALUE).messages();
        } catch (IOException e) {
            throw sim.violation("a queue can't be read: " + e.getMessage(), e);
        }
    }

    private void before(Operation operation) throws IOException {
        boolean mayFail = operation == Operation.WRITE || operation == Operation.FORCE || operation == Operation.READ;
        int perMillion = sim.profile().diskFailuresPerMillion();
        if (mayFail && !sim.calm() && !starting && sim.random().below(1_000_000) < perMillion) {
            sim.trace().event("disk", "fails", operation.ordinal(), 0);
            throw new IOException("simulated failure of " + operation);
        }
    }

    @Override
    public void crash(boolean power) {
        sim.trace().event("disk", power ? "loses power" : "goes on", table.unflushed(), 0);
        disk.crash(power ? sim.random() : null);
        table.crash(sim.random().below(table.unflushed() + 1));
    }

    @Override
    public boolean hasFailed() {
        return failed;
    }

    @Override
    public void befall() {
        starting = false; // A disk that can't be read at the start is another story.
        if (sim.random().chance(sim.profile().stallPerMille())) {
            slowUntilStep = sim.step() + sim.random().below(sim.random().pick(SLOW_STEPS, STALL_STEPS));
        }
        if (sim.random().chance(sim.profile().diskFullPerMille())) {
            boolean taken = !disk.isTaken();
            sim.trace().event("disk", taken ? "fills" : "has room", disk.usableBytes(), 0);
            room(!taken);
        }
    }

    @Override
    public void unstall() {
        slowUntilStep = 0;
    }

    @Override
    public void calmDown() {
        room(true);
    }

    private void room(boolean free) {
        disk.taken(free ? 0 : disk.usableBytes() - sim.random().below(settings.journal().segmentBytes() * 4));
        store.look();
        committing = true;
    }

    @Override
    public int options() {
        if (failed) {
            return 0;
        }
        return (mayCommit() ? 1 : 0) + (mayArchive() ? 1 : 0);
    }

    private boolean mayCommit() {
        return (committing || store.committer().hasWork()) && sim.step() >= slowUntilStep;
    }

    private boolean mayArchive() {
        return archiving || store.segments().heldBytes() != archivedBytes;
    }

    @Override
    public void act(int option) {
        if (option == 0 && mayCommit()) {
            committing = store.committer().step();
            sim.trace().event("journal", "steps", store.segments().durableSequence(), store.segments().nextSequence());
        } else {
            archivedBytes = store.segments().heldBytes();
            archiving = false;
            archiving |= store.archive();
            archiving |= !archiving && store.reclaim();
            store.look();
            sim.trace().event("archive", "steps", store.archiver().appliedFrames(), store.archiver().flushes());
        }
    }

    @Override
    public String leftovers() {
        ModelState left = new ModelState();
        disk.crash(null);
        table.crash(sim.random().below(table.unflushed() + 1));
        start().recover(left);
        return left.leftovers();
    }
}
