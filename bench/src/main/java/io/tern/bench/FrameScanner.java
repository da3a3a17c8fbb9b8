package io.tern.bench;

import java.nio.ByteBuffer;

/// Finds the MQTT packets in a buffer, by the fixed header alone (section 2.1), without copying or allocating.
final class FrameScanner {

    /// Takes what is found.
    interface Sink {

        /// A whole packet.
        ///
        /// @param in where it lies; only absolute reads
        /// @param header its first byte: type and flags
        /// @param body offset of the first byte behind the fixed header
        /// @param end offset behind the last byte
        void frame(ByteBuffer in, int header, int body, int end);
    }

    private FrameScanner() {}

    /// Hands every whole packet to the sink, in order.
    ///
    /// @param in the bytes
    /// @param from offset of the first packet
    /// @param to offset behind the last byte that is there
    /// @param sink takes the packets
    /// @return offset of the first byte that belongs to no whole packet, `to` if there is none
    /// @throws IllegalStateException if a Remaining Length has more than four bytes
    static int scan(ByteBuffer in, int from, int to, Sink sink) {
        int at = from;
        while (to - at >= 2) {
            int body = at + 2;
            int length = in.get(at + 1);
            if (length < 0) {
                length &= 0x7F;
                int shift = 7;
                int next;
                do {
                    if (shift > 21) {
                        throw new IllegalStateException("Remaining Length of more than four bytes");
                    }
                    if (body >= to) {
                        return at;
                    }
                    next = in.get(body++);
                    length |= (next & 0x7F) << shift;
                    shift += 7;
                } while (next < 0);
            }
            int end = body + length;
            if (end > to) {
                return at;
            }
            sink.frame(in, in.get(at) & 0xFF, body, end);
            at = end;
        }
        return at;
    }
}
