package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/// Finds out what a folder's segments hold when a process starts: which are needed, where the last whole frame ends,
/// and whether what follows is a torn tail or damage.
final class JournalRecovery {

    private static final int COPY_BYTES = 1024 * 1024;

    private final FrameWindow window = new FrameWindow();

    /// The segments that hold frames the archive has not, oldest first; empty for a new store.
    final ArrayDeque<Segment> live = new ArrayDeque<>();

    /// Older ones, by name, oldest first.
    List<String> released = List.of();

    /// Where the next frame goes in the last of them.
    long offset;

    /// The crc of the frame before, or of the header.
    int previousCrc;

    /// Frames from here on are not known to have been forced.
    private long provenOffset;

    /// The number of the next frame.
    long next = 1;

    /// Highest run that any header names.
    int run;

    /// Bytes of a torn tail that were overwritten.
    long tornBytes;

    /// Whole frames among them; only a process that did not force can leave some.
    int cutFrames;

    /// What is known of the torn tail, null if the end was clean.
    String cutTail;

    /// Reads what lies there, and mends a torn tail.
    ///
    /// @param disk the folder
    /// @param archived frames up to this one are not needed any more
    /// @param mayLag whether it may end before the archive
    /// @throws DamagedException if a frame that is needed is not whole
    static JournalRecovery of(Disk disk, long archived, boolean mayLag) throws IOException {
        JournalRecovery recovery = new JournalRecovery();
        try {
            recovery.find(disk, archived);
            recovery.scan(mayLag ? 0 : archived + 1);
        } catch (IOException e) {
            for (Segment each : recovery.live) {
                each.file().close();
            }
            throw e;
        }
        return recovery;
    }

    private void find(Disk disk, long archived) throws IOException {
        List<String> names = Segment.sorted(disk.list());
        long newest = Newest.read(disk);
        if (newest > 0 && names.isEmpty()) {
            throw new DamagedException(Segment.name(newest), 0, "no file of the journal is there");
        }
        if (!names.isEmpty() && newest > Segment.generation(names.getLast())) {
            throw new DamagedException(Segment.name(newest), 0, "the file is missing");
        }
        int at = names.size();
        while (at > 0 && (live.isEmpty() || live.getFirst().firstSequence() > archived + 1)) {
            Segment segment = Segment.open(disk, names.get(--at));
            if (!live.isEmpty() && segment.generation() != live.getFirst().generation() - 1) {
                segment.file().close();
                throw new DamagedException(Segment.name(live.getFirst().generation() - 1), 0, "the file is missing");
            }
            live.addFirst(segment);
            DamagedException cut = segment.cut();
            if (cut != null) {
                throw cut;
            }
        }
        if (!live.isEmpty() && live.getFirst().firstSequence() > archived + 1) {
            throw new DamagedException(live.getFirst().name(), 0, "it begins with frame "
                    + live.getFirst().firstSequence() + ", and the archive ends with frame " + archived);
        }
        released = names.subList(0, at);
    }

    private void scan(long leastNext) throws IOException {
        Segment before = null;
        for (Segment each : live) {
            if (before != null) {
                scanSealed(before, each.firstSequence());
            }
            before = each;
        }
        if (before != null) {
            scanLast(before, leastNext);
        }
    }

    /// Steps over whole frames from the start of a segment.
    private void walk(Segment segment, long limit) throws IOException {
        run = Math.max(run, segment.run());
        next = segment.firstSequence();
        offset = Frame.BLOCK_BYTES;
        provenOffset = offset;
        previousCrc = segment.crc();
        while (next < limit) {
            Frame frame = window.whole(segment, offset);
            if (frame == null || frame.sequence() != next || frame.previous() != previousCrc) {
                break;
            }
            if (frame.chained()) {
                provenOffset = offset;
            }
            previousCrc = frame.crc();
            run = Math.max(run, frame.run());
            next++;
            offset += frame.bytes();
        }
    }

    private void scanSealed(Segment segment, long limit) throws IOException {
        walk(segment, limit);
        if (next != limit) {
            throw new DamagedException(segment.name(), offset, "frame " + next
                    + " is not whole, and the next segment goes on with frame " + limit);
        }
    }

    private void scanLast(Segment segment, long leastNext) throws IOException {
        walk(segment, Long.MAX_VALUE);
        if (next < leastNext) {
            throw new DamagedException(segment.name(), offset, "the journal is older than the archive: it ends with"
                    + " frame " + (next - 1) + ", the archive with frame " + (leastNext - 1));
        }
        boolean touched = window.mentions(segment, offset);
        long at = touched ? window.nextWhole(segment, offset, next) : -1;
        while (at >= 0) {
            Frame later = window.whole(segment, at);
            if (later.chained()) {
                throw new DamagedException(segment.name(), offset, "frame " + next + " is not whole, and frame "
                        + later.sequence() + ", written when it was safe, follows at byte " + at);
            }
            cutFrames++;
            at = window.nextWhole(segment, at + later.bytes(), next);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(COPY_BYTES, segment.bytes()));
        // What a killed process wrote may be in the kernel's memory alone, and counts from now on. If it ended since
        // the disk had failed, the kernel takes those pages for clean, and only writing them again brings them to the
        // disk.
        for (long from = provenOffset; from < offset; from += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), offset - from));
            segment.file().read(buffer, from);
            segment.file().write(buffer.flip(), from);
        }
        if (touched) {
            cutTail = new TornTail(segment, offset, next, previousCrc, cutFrames).words();
            tornBytes = segment.bytes() - offset;
            Arrays.fill(buffer.array(), (byte) 0);
            for (long from = offset; from < segment.bytes(); from += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), segment.bytes() - from));
                segment.file().write(buffer, from);
            }
        }
        segment.file().force();
    }
}
