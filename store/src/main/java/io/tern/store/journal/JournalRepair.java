package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Makes a damaged journal usable again: mends a segment's header if the frames say what it was, and otherwise cuts at
/// the first damage. What is cut is lost to the broker; the files as they were stay in the folder under names with
/// `cut-` in front. For a store that no process has open.
public final class JournalRepair {

    /// Runs left out after a repair, for those that only lost frames knew of.
    private static final int RUNS_SKIPPED = 1000;

    private static final String ASIDE = "cut-";
    private static final int COPY_BYTES = 1024 * 1024;

    private final Disk disk;
    private final List<String> said = new ArrayList<>();

    private JournalRepair(Disk disk) {
        this.disk = disk;
    }

    /// Repairs what [JournalCheck] calls damage. A torn tail is none.
    ///
    /// @param disk the folder, locked by the caller
    /// @param archived the archive holds all frames up to this one, or [JournalCheck#UNKNOWN]
    /// @param segmentBytes size of the segment that begins behind the cut
    /// @param salts as in [Segments#open]
    /// @return what was done, a line each; empty if there was no damage
    /// @throws IOException if the disk fails, or a newer Tern has written a segment
    public static List<String> repair(Disk disk, long archived, int segmentBytes, LongSupplier salts)
            throws IOException {
        JournalRepair repair = new JournalRepair(disk);
        JournalReport report = JournalCheck.check(disk, archived);
        // Each round mends the first header that is wrong, if it can be.
        while (!report.damage().isEmpty() && repair.mendHeader(report.damage().getFirst())) {
            report = JournalCheck.check(disk, archived);
        }
        if (!report.damage().isEmpty()) {
            repair.cut(report, segmentBytes, salts);
        }
        return repair.said;
    }

    private boolean mendHeader(DamagedException damage) throws IOException {
        if (damage.offset() > 0 || !disk.list().contains(damage.file()) || hasHeader(damage.file())) {
            return false;
        }
        long generation = Segment.generation(damage.file());
        try (DiskFile file = disk.open(damage.file())) {
            ByteBuffer block = ByteBuffer.allocate(Frame.BLOCK_BYTES);
            Frame first = file.read(block, Frame.BLOCK_BYTES) < Frame.HEADER_BYTES ? null : Frame.decode(block, 0);
            if (first == null || first.generation() != generation) {
                return false;
            }
            Segment likely = new Segment(damage.file(), file, file.size(), 0, 0, generation, first.salt(),
                    first.sequence(), 0);
            if (new FrameWindow().whole(likely, Frame.BLOCK_BYTES) == null) {
                return false;
            }
            // All but format and run is known, and the first frame carries the checksum of the right header.
            for (int run = first.run(); run > 0; run--) {
                for (int format = Segment.FORMAT; format > 0; format--) {
                    if (Segment.crc(format, run, generation, first.salt(), first.sequence()) == first.previous()) {
                        copyAside(damage.file(), file);
                        Segment.begin(file, file.size(), format, run, generation, first.salt(), first.sequence());
                        said.add(damage.file() + ": its header was written anew");
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean hasHeader(String name) throws IOException {
        try {
            Segment.open(disk, name).file().close();
            return true;
        } catch (DamagedException e) {
            return false;
        }
    }

    private void cut(JournalReport report, int segmentBytes, LongSupplier salts) throws IOException {
        DamagedException damage = report.damage().getFirst();
        List<String> names = Segment.sorted(disk.list());
        long highest = names.isEmpty() ? 0 : Segment.generation(names.getLast());
        long damaged = Segment.generation(damage.file());
        boolean keepsPart = damage.offset() > 0;
        for (String name : names.reversed()) {
            long generation = Segment.generation(name);
            if (generation > damaged || generation == damaged && !keepsPart) {
                disk.rename(name, aside(name));
                said.add(name + ": put aside as a whole, since it " + (generation == damaged
                        ? "is damaged: " + damage.what() : "follows what is damaged"));
            }
        }
        if (keepsPart) {
            try (DiskFile file = disk.open(damage.file())) {
                copyAside(damage.file(), file);
            }
            said.add(damage.file() + ": cut at byte " + damage.offset() + ", since " + damage.what());
        }
        // The next segment says where the one before it ends, so nothing in that has to be changed. Without one before
        // it the frames begin with 1, and opening goes on behind those that the archive has.
        String last = names.stream()
                .filter(name -> Segment.generation(name) < damaged || keepsPart
                        && Segment.generation(name) == damaged)
                .reduce((a, b) -> b)
                .orElse(null);
        long generation = last == null ? highest + 1 : Segment.generation(last) + 1;
        long next = last == null ? 1 : nextSequence(last, damage);
        int run = Math.min(Ids.RUN_MAX - 1, report.run() + RUNS_SKIPPED);
        String name = aside("new");
        try (DiskFile file = disk.create(name, segmentBytes)) {
            Segment.begin(file, segmentBytes, Segment.FORMAT, run, generation, salts.getAsLong(), next);
        }
        disk.rename(name, Segment.name(generation));
        disk.sync();
    }

    /// The number behind the last whole frame before a damage.
    private long nextSequence(String name, DamagedException damage) throws IOException {
        Segment segment = Segment.open(disk, name);
        try (DiskFile file = segment.file()) {
            long limit = name.equals(damage.file()) ? damage.offset() : file.size();
            FrameWindow window = new FrameWindow();
            long next = segment.firstSequence();
            int previous = segment.crc();
            long offset = Frame.BLOCK_BYTES;
            while (offset < limit) {
                Frame frame = window.whole(segment, offset);
                if (frame == null || frame.sequence() != next || frame.previous() != previous
                        || offset + frame.bytes() > limit && name.equals(damage.file())) {
                    break;
                }
                next++;
                previous = frame.crc();
                offset += frame.bytes();
            }
            return next;
        }
    }

    private String aside(String name) throws IOException {
        List<String> names = disk.list();
        String free = ASIDE + name;
        for (int i = 2; names.contains(free); i++) {
            free = ASIDE + name + "-" + i;
        }
        return free;
    }

    private void copyAside(String name, DiskFile from) throws IOException {
        try (DiskFile to = disk.create(aside(name), from.size())) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; at < from.size(); at += buffer.limit()) {
                buffer.clear();
                from.read(buffer, at);
                to.write(buffer.flip(), at);
            }
            to.force();
        }
        disk.sync();
    }
}
