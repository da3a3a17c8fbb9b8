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
    private final Disk disk;
    private final FrameHandler handler;
    private long tornBytes;
    private String tornTail;
    private int unreadable;
    private long lostFrames;
    private long next = 1;
    private int run;

    private JournalCheck(Disk disk, FrameHandler handler) {
        this.disk = disk;
        this.handler = handler;
    }

    /// Walks over all segments.
    ///
    /// @param disk their folder
    /// @param archived the archive holds all frames up to this one, or [#UNKNOWN]
    /// @return what was found, damage included
    /// @throws IOException if the disk fails, or a newer Tern has written a segment
    public static JournalReport check(Disk disk, long archived) throws IOException {
        return check(disk, archived, (sequence, bytes, offset, length) -> { });
    }

    /// Walks over all segments, and gives the frames that are whole.
    ///
    /// @param disk their folder
    /// @param archived the archive holds all frames up to this one, or [#UNKNOWN]
    /// @param handler gets each whole frame, those behind a damaged one too; the numbers say where some are missing
    /// @return what was found, damage included
    /// @throws IOException if the disk fails, or a newer Tern has written a segment
    public static JournalReport check(Disk disk, long archived, FrameHandler handler) throws IOException {
        JournalCheck check = new JournalCheck(disk, handler);
        List<String> names = disk.list();
        check.walk(Segment.sorted(names), archived);
        int spares = (int) names.stream().filter(name -> name.startsWith(Spares.PREFIX)).count();
        return new JournalReport(List.copyOf(check.facts), spares, check.counts.byName(), check.tornBytes,
                check.tornTail, List.copyOf(check.damage), check.unreadable, check.lostFrames, check.next, check.run);
    }

    private void walk(List<String> names, long archived) throws IOException {
        long newest = Newest.read(disk);
        if (names.isEmpty() && (archived > 0 || newest > 0)) {
            damage.add(new DamagedException(Segment.name(Math.max(1, newest)), 0, "no file of the journal is there"));
        } else if (!names.isEmpty() && newest > Segment.generation(names.getLast())) {
            damage.add(new DamagedException(Segment.name(newest), 0, "the file is missing"));
            unreadable++;
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
                Segment segment = open(name);
                if (segment == null) {
                    broken = true;
                } else {
                    segments.add(segment);
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
                segment(segments.get(i), next == null, follows ? next.firstSequence() : Long.MAX_VALUE, archived);
            }
        } finally {
            for (Segment each : segments) {
                each.file().close();
            }
        }
        damage.sort((a, b) -> a.file().equals(b.file())
                ? Long.compare(a.offset(), b.offset()) : a.file().compareTo(b.file()));
    }

    /// @return null if nothing of it can be used
    private Segment open(String name) throws IOException {
        try {
            Segment segment = Segment.open(disk, name);
            if (segment.cut() != null) {
                unreadable++;
                damage.add(segment.cut());
            }
            return segment;
        } catch (DamagedException e) {
            damage.add(e);
            Segment guessed = window.guessed(disk, name);
            unreadable += guessed == null ? 1 : 0;
            return guessed;
        }
    }

    private static String missing(long first, long end) {
        return first == end - 1 ? "frame " + first + " is" : "frames " + first + " to " + (end - 1) + " are";
    }

    /// Gives what is left of frames between two that are whole.
    private void broken(Segment segment, long from, long to, long first, long end) throws IOException {
        long offset = from;
        long least = first;
        while (offset < to) {
            Frame frame = window.loaded(segment, offset);
            if (frame == null || frame.sequence() < least || frame.sequence() >= end) {
                offset += Frame.BLOCK_BYTES;
            } else {
                handler.broken(frame.sequence(), window.bytes(), window.payloadAt(), frame.length());
                least = frame.sequence() + 1;
                offset += frame.bytes();
            }
        }
    }

    private void segment(Segment segment, boolean last, long limit, long archived) throws IOException {
        run = Math.max(run, segment.run());
        long expected = segment.firstSequence();
        if (!facts.isEmpty() && expected > next) {
            lostFrames += expected - next;
        }
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
                broken(segment, offset, later, expected, frame.sequence());
                frame = window.whole(segment, later);
                if (frame.sequence() > expected || frame.previous() != previous) {
                    damage.add(new DamagedException(segment.name(), offset, missing(expected, frame.sequence())
                            + " not whole, and frame " + frame.sequence() + " follows at byte " + later));
                }
                lostFrames += frame.sequence() - expected;
                offset = later;
            }
            run = Math.max(run, frame.run());
            expected = frame.sequence() + 1;
            previous = frame.crc();
            frames++;
            payloadBytes += frame.length();
            next = Math.max(next, expected);
            handler.frame(frame.sequence(), window.bytes(), window.payloadAt(), frame.length());
            try {
                reader.read(window.bytes(), window.payloadAt(), frame.length(), counts);
            } catch (DamagedException e) {
                damage.add(e.in(segment.name(), offset + Frame.HEADER_BYTES));
            }
            offset += frame.bytes();
        }
        if (limit != Long.MAX_VALUE && limit <= archived + 1) {
            expected = Math.max(expected, limit); // Without forcing, the archive may have got further than the journal.
            next = limit;
        }
        if (limit != Long.MAX_VALUE && expected < limit) {
            damage.add(new DamagedException(segment.name(), offset, missing(expected, limit)
                    + " not whole, and the next segment goes on with frame " + limit));
            broken(segment, offset, segment.bytes(), expected, limit);
            lostFrames += limit - expected;
            next = limit;
        }
        if (last && offset < segment.bytes() && window.mentions(segment, offset)) {
            tornBytes = segment.bytes() - offset;
            tornTail = new TornTail(segment, offset, expected, previous, 0).words();
        }
        next = Math.max(next, expected);
        facts.add(new JournalReport.SegmentFacts(segment.name(), segment.bytes(), segment.firstSequence(), frames,
                payloadBytes));
    }
}
