package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Looks at all of a journal without changing it, and goes on behind what is damaged. For a store that no process has
/// open.
public final class JournalCheck {

    /// Stands for an archive whose last frame isn't known.
    public static final long UNKNOWN = -1;

    private final FrameWindow window = new FrameWindow();
    private final RecordReader reader = new RecordReader();
    private final RecordCounts counts = new RecordCounts();
    private final List<JournalReport.SegmentFacts> facts = new ArrayList<>();
    private final List<DamagedException> damage = new ArrayList<>();
    private long tornBytes;
    private int run;

    private JournalCheck() {
    }

    /// Walks over all segments.
    ///
    /// @param disk their folder
    /// @param archived the archive holds all frames up to this one, or [#UNKNOWN]
    /// @return what was found, damage included
    /// @throws IOException if the disk fails, or a newer Tern has written a segment
    public static JournalReport check(Disk disk, long archived) throws IOException {
        JournalCheck check = new JournalCheck();
        List<String> names = disk.list();
        check.walk(disk, Segment.sorted(names), archived);
        int spares = (int) names.stream().filter(name -> name.startsWith(Spares.PREFIX)).count();
        return new JournalReport(List.copyOf(check.facts), spares, check.counts.byName(), check.tornBytes,
                List.copyOf(check.damage), check.run);
    }

    private void walk(Disk disk, List<String> names, long archived) throws IOException {
        if (names.isEmpty() && archived > 0) {
            damage.add(new DamagedException(Segment.name(1), 0, "no file of the journal is there"));
        }
        List<Segment> segments = new ArrayList<>();
        try {
            long generation = -1;
            boolean broken = false;
            for (String name : names) {
                if (generation >= 0 && Segment.generation(name) != generation + 1) {
                    damage.add(new DamagedException(Segment.name(generation + 1), 0, "the file is missing"));
                    broken = true;
                }
                generation = Segment.generation(name);
                try {
                    segments.add(Segment.open(disk, name));
                } catch (DamagedException e) {
                    damage.add(e);
                    broken = true;
                }
            }
            if (!broken && !segments.isEmpty() && archived != UNKNOWN
                    && segments.getFirst().firstSequence() > archived + 1) {
                damage.add(new DamagedException(segments.getFirst().name(), 0, "it begins with frame "
                        + segments.getFirst().firstSequence() + ", and the archive ends with frame " + archived));
            }
            for (int i = 0; i < segments.size(); i++) {
                Segment next = i + 1 < segments.size() ? segments.get(i + 1) : null;
                boolean follows = next != null && next.generation() == segments.get(i).generation() + 1;
                segment(segments.get(i), next == null, follows ? next.firstSequence() : Long.MAX_VALUE);
            }
        } finally {
            for (Segment each : segments) {
                each.file().close();
            }
        }
        damage.sort((a, b) -> a.file().equals(b.file())
                ? Long.compare(a.offset(), b.offset()) : a.file().compareTo(b.file()));
    }

    private void segment(Segment segment, boolean last, long limit) throws IOException {
        run = Math.max(run, segment.run());
        long expected = segment.firstSequence();
        int previous = segment.crc();
        long offset = Frame.BLOCK_BYTES;
        long frames = 0;
        long payloadBytes = 0;
        while (expected < limit) {
            Frame frame = window.whole(segment, offset);
            if (frame == null || frame.sequence() != expected || frame.previous() != previous) {
                long later = window.nextWhole(segment, offset, expected);
                frame = later < 0 ? null : window.whole(segment, later);
                if (frame == null || last && !frame.chained()) {
                    break;
                }
                damage.add(new DamagedException(segment.name(), offset, "frame " + expected
                        + " is not whole, and frame " + frame.sequence() + " follows at byte " + later));
                offset = later;
            }
            run = Math.max(run, frame.run());
            expected = frame.sequence() + 1;
            previous = frame.crc();
            frames++;
            payloadBytes += frame.length();
            try {
                reader.read(window.bytes(), window.payloadAt(), frame.length(), counts);
            } catch (DamagedException e) {
                damage.add(e.in(segment.name(), offset + Frame.HEADER_BYTES));
            }
            offset += frame.bytes();
        }
        if (limit != Long.MAX_VALUE && expected != limit) {
            damage.add(new DamagedException(segment.name(), offset, "frame " + expected
                    + " is not whole, and the next segment goes on with frame " + limit));
        }
        if (last && window.mentions(segment, offset)) {
            tornBytes = segment.bytes() - offset;
        }
        facts.add(new JournalReport.SegmentFacts(segment.name(), segment.bytes(), segment.firstSequence(), frames,
                payloadBytes));
    }
}
