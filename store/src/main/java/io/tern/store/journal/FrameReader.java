package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import java.io.IOException;

/// Gives the frames of [Segments] in their order, also while more are written. For one thread, which may be another
/// than the committer's. No frame it has still to give may be released.
public final class FrameReader {

    private final Segments segments;
    private final FrameWindow window = new FrameWindow();
    private long sequence;
    private Segment segment;
    private long offset;

    /// Frames up to this one were on the disk when the window was read.
    private long windowUpTo;

    FrameReader(Segments segments, long fromSequence) {
        this.segments = segments;
        this.sequence = fromSequence;
    }

    /// The frame that comes next.
    ///
    /// @return its number
    public long sequence() {
        return sequence;
    }

    /// Gives the next frame, if it is known to be durable.
    ///
    /// @param handler gets it
    /// @return false if there is none yet
    /// @throws IOException if the disk fails, or the handler does; the same frame comes again with the next call
    /// @throws DamagedException if the frame can't be read back
    public boolean next(FrameHandler handler) throws IOException {
        long durable = segments.durableSequence();
        if (sequence > durable) {
            return false;
        }
        if (sequence > windowUpTo) {
            window.forget();
            windowUpTo = durable;
        }
        Segment holder = segments.holding(sequence);
        if (holder != segment) {
            segment = holder;
            offset = Frame.BLOCK_BYTES;
        }
        Frame frame = window.whole(segment, offset);
        while (frame != null && frame.sequence() < sequence) {
            offset += frame.bytes();
            frame = window.whole(segment, offset);
        }
        if (frame == null || frame.sequence() != sequence) {
            throw new DamagedException(segment.name(), offset, "frame " + sequence + " can't be read back");
        }
        try {
            handler.frame(sequence, window.bytes(), window.payloadAt(), frame.length());
        } catch (DamagedException e) {
            throw e.file().isEmpty() ? e.in(segment.name(), offset + Frame.HEADER_BYTES) : e;
        }
        sequence++;
        offset += frame.bytes();
        return true;
    }
}
