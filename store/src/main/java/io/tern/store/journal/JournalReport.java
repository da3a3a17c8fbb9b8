package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// What [JournalCheck] found.
///
/// @param segments oldest first
/// @param spares files that wait to become segments
/// @param records how many of each type, by name
/// @param tornBytes what lies behind the last whole frame and will be overwritten at the next start; 0 if the end is
///     clean
/// @param tornTail what is known of that, null if the end is clean
/// @param damage in the order of the files; empty if all is well
/// @param unreadable files that are missing at the end, cut, or of which nothing can be read
/// @param lostFrames frames that were there once, as the numbers of others say, and are not whole
/// @param next the number behind the last whole frame, 1 if there is none
/// @param run the highest that was seen
public record JournalReport(
        List<SegmentFacts> segments,
        int spares,
        SortedMap<String, Long> records,
        long tornBytes,
        String tornTail,
        List<DamagedException> damage,
        int unreadable,
        long lostFrames,
        long next,
        int run) {

    /// What a segment holds.
    ///
    /// @param name of the file
    /// @param bytes its size
    /// @param firstSequence number of its first frame
    /// @param frames that are whole
    /// @param payloadBytes of those
    public record SegmentFacts(String name, long bytes, long firstSequence, long frames, long payloadBytes) {}

    /// All frames that are whole.
    ///
    /// @return count
    public long frames() {
        return segments.stream().mapToLong(SegmentFacts::frames).sum();
    }

    /// For people.
    ///
    /// @return lines of text
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (SegmentFacts each : segments) {
            lines.add(each.name + ": " + each.bytes + " bytes, " + each.frames + " frames from " + each.firstSequence
                    + ", " + each.payloadBytes + " bytes of records");
        }
        lines.add(spares + " spare files");
        records.forEach((name, count) -> lines.add(name + ": " + count));
        if (tornBytes > 0) {
            lines.add("a torn tail of up to " + tornBytes + " bytes, which the next start overwrites: " + tornTail);
        }
        damage.forEach(each -> lines.add("DAMAGE in " + each.file() + " at byte " + each.offset() + ": "
                + each.what()));
        return lines;
    }
}
