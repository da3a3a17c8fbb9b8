package io.tern.store;

import io.tern.store.disk.Disk;
import io.tern.store.journal.Segments;
import io.tern.store.table.Table;
import java.io.IOException;
import java.util.function.LongSupplier;

/// How much room there is on the disk, and what that allows. Whoever works with the archive looks now and then.
///
/// First nothing new is promised any more ([#full]). Of what is left the archive takes over what the journal has, as
/// long as it can still put itself in order afterwards ([#mayArchive]), since only that gives room back. It is full
/// before the latter matters, unless others write to this disk, too.
final class Room {

    /// Where others have left nothing, the part would be without end.
    private static final int DISK_PART_MAX = 10;

    /// More of the disk than this is not kept free for a journal that has never been so large.
    private static final int GROWTH_PART = 8;

    /// Between two looks more can come than was seen, so that there would be no room for a merge, and nothing would be
    /// given back any more.
    private static final int MARGIN_PART = 16;
    private static final long MARGIN_BYTES_MAX = 512 << 20;

    /// What the archive needs goes up and down while it takes over and merges. On a full disk the most that it has
    /// needed counts, and less of it as time passes: by this part of what is too much each time.
    private static final int FADING_PART = 64;
    private static final long FADING_NANOS = 100_000_000;

    private final Disk disk;
    private final Segments segments;
    private final Table table;
    private final StoreSettings settings;
    private final LongSupplier nanoClock;
    private volatile boolean full;
    private volatile double diskPart;
    private volatile double keptPart;
    private volatile long archiveBytes;
    private long mergeBytes;
    private long archiveNeedsBytes;
    private long fadedNanos;
    private boolean mayMerge;

    Room(Disk disk, Segments segments, Table table, StoreSettings settings, LongSupplier nanoClock) {
        this.disk = disk;
        this.segments = segments;
        this.table = table;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.fadedNanos = nanoClock.getAsLong();
    }

    void look() throws IOException {
        long usableBytes = disk.usableBytes();
        archiveBytes = table.approximateBytes(new byte[] {0}, new byte[] {-1});
        mergeBytes = table.mergeBytes();
        mayMerge = usableBytes >= mergeBytes;
        table.merge(mayMerge);
        long journalBytes = segments.fileBytes();
        long ownBytes = journalBytes + archiveBytes;
        long roomBytes = ownBytes + usableBytes;
        long growthBytes = Math.clamp(settings.journal().maxBytes() - journalBytes, 0, roomBytes / GROWTH_PART);
        // Some more has to be free again before it counts as free, so that it doesn't change all the time.
        long reserveBytes = full ? settings.reserveBytes() + settings.reserveBytes() / 4 : settings.reserveBytes();
        // What the archive takes over it has to merge afterwards.
        archiveNeedsBytes = needed(2 * segments.heldBytes() + mergeBytes + table.flushBytes());
        long marginBytes = Math.min(roomBytes / MARGIN_PART, MARGIN_BYTES_MAX);
        long neededBytes = reserveBytes + growthBytes + archiveNeedsBytes + marginBytes;
        long shareBytes = roomBytes / 100 * settings.sharePercent();
        full = segments.isDiskFull() || usableBytes < neededBytes || ownBytes > shareBytes;
        long mayTakeBytes = Math.min(shareBytes, roomBytes - neededBytes);
        diskPart = part(ownBytes, mayTakeBytes);
        keptPart = part(archiveBytes, mayTakeBytes - journalBytes);
    }

    private static double part(long bytes, long ofBytes) {
        return bytes < ofBytes * DISK_PART_MAX ? (double) bytes / ofBytes : DISK_PART_MAX;
    }

    private long needed(long nowBytes) {
        long times = (nanoClock.getAsLong() - fadedNanos) / FADING_NANOS;
        fadedNanos += times * FADING_NANOS;
        long tooMuchBytes = archiveNeedsBytes - nowBytes;
        if (!full || tooMuchBytes <= 0) {
            return nowBytes;
        }
        return nowBytes + Math.max(0, tooMuchBytes - times * (tooMuchBytes / FADING_PART + 1));
    }

    /// Whether new promises are to be refused. Any thread.
    boolean full() {
        return full;
    }

    /// How much of what it may have on the disk it takes, as of the last look; above 1 it is full. Any thread.
    double diskPart() {
        return diskPart;
    }

    /// How much the archive takes of what the journal leaves it, as of the last look. Any thread.
    double keptPart() {
        return keptPart;
    }

    /// What the archive's files take, as of the last look. Any thread.
    long archiveBytes() {
        return archiveBytes;
    }

    /// Whether the archive could put itself in order at the last look.
    boolean mayMerge() {
        return mayMerge;
    }

    /// Whether the archive may take over more now.
    boolean mayArchive() throws IOException {
        return disk.usableBytes() >= mergeBytes + table.flushBytes();
    }

    /// Whether the journal may have another file ahead of its time.
    boolean mayGrow() throws IOException {
        return disk.usableBytes() >= mergeBytes + table.flushBytes() + settings.journal().segmentBytes();
    }

    /// Whether what the archive has taken over may be written now.
    boolean mayFlush() throws IOException {
        return disk.usableBytes() >= table.flushBytes();
    }
}
