package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Collectors;

/// What stands behind the last whole frame of a journal, as far as can be told. A crash leaves such a tail; so does a
/// disk that has changed the last frame afterwards, and nothing tells the two apart.
///
/// @param segment the last
/// @param offset where the tail begins
/// @param expected the number of the frame that would be next
/// @param previousCrc the crc of the frame before
/// @param wholeFrames frames in the tail that are whole
record TornTail(Segment segment, long offset, long expected, int previousCrc, int wholeFrames) {

    private static final int PAYLOAD_BYTES_MAX = 64 * 1024 * 1024;

    String words() throws IOException {
        return segment.name() + " was cut at byte " + offset + ": " + content()
                + (wholeFrames == 0 ? "" : "; " + wholeFrames + " whole frames behind it")
                + ". That is what a crash leaves of what nobody was told of; if the machine did not crash, the disk has"
                + " changed it";
    }

    private String content() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
        Frame frame = segment.file().read(header, offset) < Frame.HEADER_BYTES ? null : Frame.decode(header, 0);
        boolean known = segment.owns(frame) && frame.sequence() == expected && frame.previous() == previousCrc
                && frame.length() >= 0 && frame.length() <= PAYLOAD_BYTES_MAX
                && offset + frame.bytes() <= segment.bytes();
        if (!known) {
            return "what stood in frame " + expected + " can't be told";
        }
        byte[] payload = new byte[frame.length()];
        segment.file().read(ByteBuffer.wrap(payload), offset + Frame.HEADER_BYTES);
        RecordCounts counts = new RecordCounts();
        boolean all = true;
        try {
            new RecordReader().read(payload, 0, payload.length, counts);
        } catch (DamagedException e) {
            all = false;
        }
        String records = counts.byName().entrySet().stream()
                .map((Map.Entry<String, Long> each) -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
        return "frame " + expected + " of " + frame.length() + " bytes has a wrong checksum; in it "
                + (all ? "" : "at least ") + (records.isEmpty() ? "no record" : records);
    }
}
