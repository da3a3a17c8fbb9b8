package io.tern.store.journal;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Locale;

/// Files that have their space on the disk and wait to become segments. Their names begin with `spare-`, and their
/// content means nothing, so that a crash at any moment leaves either a spare file or a segment with a header.
///
/// Safe on any thread: one may make a file ahead while another takes one.
final class Spares {

    static final String PREFIX = "spare-";

    record Spare(String name, DiskFile file, long bytes) {}

    private final Disk disk;
    private final int segmentBytes;
    private final ArrayDeque<Spare> waiting = new ArrayDeque<>();
    private long lastNumber;

    /// Takes over what lies in the folder. Files of another size are removed.
    Spares(Disk disk, int segmentBytes, int most) throws IOException {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        for (String name : disk.list()) {
            if (!name.startsWith(PREFIX)) {
                continue;
            }
            DiskFile file = disk.open(name);
            if (file.size() == segmentBytes && waiting.size() < most) {
                waiting.add(new Spare(name, file, segmentBytes));
            } else {
                file.close();
                disk.delete(name);
            }
            try {
                lastNumber = Math.max(lastNumber, Long.parseLong(name.substring(PREFIX.length())));
            } catch (NumberFormatException e) {
                // A name that no number of ours can meet.
                continue;
            }
        }
    }

    /// How many wait.
    synchronized int count() {
        return waiting.size();
    }

    /// Takes a file, or makes one.
    ///
    /// @param bytes its size
    /// @return null if the disk has no room for it
    synchronized Spare take(long bytes) throws IOException {
        if (bytes == segmentBytes && !waiting.isEmpty()) {
            return waiting.poll();
        }
        return make(bytes);
    }

    /// Makes one ahead.
    ///
    /// @return false if one waits already, or the disk has no room
    synchronized boolean ahead() throws IOException {
        if (!waiting.isEmpty()) {
            return false;
        }
        Spare spare = make(segmentBytes);
        return spare != null && waiting.add(spare);
    }

    private Spare make(long bytes) throws IOException {
        if (disk.usableBytes() < bytes) {
            return null;
        }
        String name = String.format(Locale.ROOT, "%s%010d", PREFIX, ++lastNumber);
        try {
            return new Spare(name, disk.create(name, bytes), bytes);
        } catch (IOException e) {
            if (disk.usableBytes() < bytes) {
                return null; // Others were faster.
            }
            throw e;
        }
    }

    /// Takes a segment that nobody needs any more.
    ///
    /// @param segment oldest of all that are left
    /// @param most keep no more than so many
    synchronized void add(Segment segment, int most) throws IOException {
        if (segment.bytes() != segmentBytes || waiting.size() >= most) {
            segment.file().close();
            disk.delete(segment.name());
        } else {
            String name = String.format(Locale.ROOT, "%s%010d", PREFIX, ++lastNumber);
            disk.rename(segment.name(), name);
            waiting.add(new Spare(name, segment.file(), segment.bytes()));
        }
        // Each by itself: were the next one's change to survive without this, a segment would be missing in the row.
        disk.sync();
    }

    synchronized void close() throws IOException {
        for (Spare each : waiting) {
            each.file().close();
        }
        waiting.clear();
    }
}
