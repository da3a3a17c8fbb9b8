package io.tern.store.journal;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// A stretch of one segment in memory, from which whole frames are taken. It holds at least the frame looked at, and as
/// many behind it as were read along. For one thread.
final class FrameWindow {

    private static final int FIRST_BYTES = 256 * 1024;
    private static final int KEPT_BYTES = 4 * 1024 * 1024;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer view = ByteBuffer.allocate(FIRST_BYTES);
    private Segment segment;
    private long start;
    private int length;
    private int payloadAt;

    /// Has to be read again, since the file may have changed.
    void forget() {
        segment = null;
    }

    /// What may be the header of a frame: it is of this segment, and the frame would end inside of it.
    ///
    /// @return null if there is none
    Frame header(Segment in, long offset) throws IOException {
        if (offset + Frame.HEADER_BYTES > in.bytes() || !load(in, offset, Frame.HEADER_BYTES)) {
            return null;
        }
        Frame frame = Frame.decode(view, (int) (offset - start));
        return in.owns(frame) && frame.length() >= 0 && offset + frame.bytes() <= in.bytes() ? frame : null;
    }

    /// A frame, if it is whole.
    ///
    /// @return null if it is not
    Frame whole(Segment in, long offset) throws IOException {
        Frame frame = loaded(in, offset);
        if (frame == null) {
            return null;
        }
        Frame.crcOfHeader(crc, view, payloadAt - Frame.HEADER_BYTES);
        crc.update(view.array(), payloadAt, frame.length());
        return (int) crc.getValue() == frame.crc() ? frame : null;
    }

    /// A frame whose header makes sense, with all that follows, whole or not.
    ///
    /// @return null if there is none
    Frame loaded(Segment in, long offset) throws IOException {
        Frame frame = header(in, offset);
        if (frame == null || !load(in, offset, Frame.HEADER_BYTES + frame.length())) {
            return null;
        }
        payloadAt = (int) (offset - start) + Frame.HEADER_BYTES;
        return frame;
    }

    /// Searches for a whole frame.
    ///
    /// @param least the lowest sequence that it may have
    /// @return where it begins, or -1
    long nextWhole(Segment in, long from, long least) throws IOException {
        for (long at = from; at < in.bytes(); at += Frame.BLOCK_BYTES) {
            Frame frame = header(in, at);
            if (frame != null && frame.sequence() >= least && whole(in, at) != null) {
                return at;
            }
        }
        return -1;
    }

    /// Makes up for a header that is wrong: the frames say all of it that is needed to read them.
    ///
    /// @return null if no whole frame is there
    Segment guessed(Disk disk, String name) throws IOException {
        DiskFile file = disk.open(name);
        long generation = Segment.generation(name);
        long bytes = file.size();
        ByteBuffer head = ByteBuffer.allocate(Frame.HEADER_BYTES);
        for (long at = Frame.BLOCK_BYTES; at + Frame.HEADER_BYTES <= bytes; at += Frame.BLOCK_BYTES) {
            file.read(head.clear(), at);
            Frame frame = Frame.decode(head, 0);
            if (frame != null && frame.generation() == generation) {
                Segment likely = new Segment(name, file, bytes, bytes, Segment.FORMAT, frame.run(), generation,
                        frame.salt(), frame.sequence(), frame.previous());
                if (whole(likely, at) != null) {
                    return likely;
                }
            }
        }
        file.close();
        return null;
    }

    /// Whether any block from here on begins like a frame of this segment, whole or not.
    boolean mentions(Segment in, long from) throws IOException {
        for (long at = from; at < in.bytes(); at += Frame.BLOCK_BYTES) {
            if (header(in, at) != null) {
                return true;
            }
        }
        return false;
    }

    /// Holds the payload of the frame that [#whole] or [#loaded] gave last.
    byte[] bytes() {
        return view.array();
    }

    /// Where that payload begins.
    int payloadAt() {
        return payloadAt;
    }

    private boolean load(Segment in, long offset, int bytes) throws IOException {
        if (segment == in && offset >= start && offset + bytes <= start + length) {
            return true;
        }
        if (bytes > view.capacity()) {
            view = ByteBuffer.allocate(bytes);
        } else if (view.capacity() > KEPT_BYTES && bytes <= FIRST_BYTES) {
            view = ByteBuffer.allocate(FIRST_BYTES);
        }
        view.clear();
        segment = in;
        start = offset;
        length = in.file().read(view, offset);
        return length >= bytes;
    }
}
