package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Writes the headers of our WebSocket frames: final, unmasked (RFC 6455, section 5.2).
final class FrameHeader {

    /// Most bytes of a header.
    static final int BYTES_MAX = 10;

    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PONG = 0xA;

    private static final int FINAL = 0x80;
    private static final int LENGTH_16_BITS = 126;
    private static final int LENGTH_64_BITS = 127;

    private FrameHeader() {}

    /// Puts a binary frame's header right before the readable bytes, where at least [#BYTES_MAX] are free.
    ///
    /// @param first starts with the frame's payload
    /// @param payloadBytes of the whole frame, which may go on in other buffers
    static void putBefore(ByteBuf first, int payloadBytes) {
        int end = first.readerIndex();
        int start;
        if (payloadBytes < LENGTH_16_BITS) {
            start = end - 2;
            first.setByte(start + 1, payloadBytes);
        } else if (payloadBytes <= 0xFFFF) {
            start = end - 4;
            first.setByte(start + 1, LENGTH_16_BITS);
            first.setShort(start + 2, payloadBytes);
        } else {
            start = end - BYTES_MAX;
            first.setByte(start + 1, LENGTH_64_BITS);
            first.setLong(start + 2, payloadBytes);
        }
        first.setByte(start, FINAL | BINARY);
        first.readerIndex(start);
    }

    /// Writes a binary frame's header where at least [#BYTES_MAX] are free.
    ///
    /// @return its bytes
    static int put(ByteBuf target, int payloadBytes) {
        target.writeByte(FINAL | BINARY);
        if (payloadBytes < LENGTH_16_BITS) {
            target.writeByte(payloadBytes);
            return 2;
        }
        if (payloadBytes <= 0xFFFF) {
            target.writeByte(LENGTH_16_BITS).writeShort(payloadBytes);
            return 4;
        }
        target.writeByte(LENGTH_64_BITS).writeLong(payloadBytes);
        return BYTES_MAX;
    }

    /// A binary frame's header.
    static byte[] binary(int payloadBytes) {
        ByteBuf header = Unpooled.buffer(BYTES_MAX);
        byte[] bytes = new byte[put(header, payloadBytes)];
        header.readBytes(bytes);
        return bytes;
    }

    /// A whole control frame.
    ///
    /// @param opcode [#CLOSE] or [#PONG]
    /// @param payload at most 125 bytes are taken
    /// @param length of the payload
    /// @return the frame
    static byte[] control(int opcode, byte[] payload, int length) {
        byte[] frame = new byte[2 + length];
        frame[0] = (byte) (FINAL | opcode);
        frame[1] = (byte) length;
        System.arraycopy(payload, 0, frame, 2, length);
        return frame;
    }

    /// A close frame.
    ///
    /// @param code why, or 0 to say nothing
    /// @return the frame
    static byte[] close(int code) {
        byte[] payload = {(byte) (code >> 8), (byte) code};
        return control(CLOSE, payload, code == 0 ? 0 : 2);
    }
}
