package io.tern.transport;

import java.io.ByteArrayOutputStream;

/// Builds a client's WebSocket frames, right ones and wrong ones.
final class ClientFrame {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;
    static final int FINAL = 0x80;

    private static final byte[] KEY = {0x11, (byte) 0xA2, 0x33, (byte) 0xC4};

    private ClientFrame() {}

    /// A masked frame with the length in its shortest form.
    static byte[] of(int firstByte, byte... payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(firstByte);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.write(0x80 | 126);
            number(out, payload.length, 2);
        } else {
            out.write(0x80 | 127);
            number(out, payload.length, 8);
        }
        mask(out, payload);
        return out.toByteArray();
    }

    /// A header whose length is given in a form of one's choice, without payload.
    static byte[] header(int firstByte, int lengthBytes, long length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(firstByte);
        out.write(0x80 | (lengthBytes == 2 ? 126 : 127));
        number(out, length, lengthBytes);
        out.writeBytes(KEY);
        return out.toByteArray();
    }

    static byte[] close(int code) {
        return of(FINAL | CLOSE, (byte) (code >> 8), (byte) code);
    }

    private static void mask(ByteArrayOutputStream out, byte[] payload) {
        out.writeBytes(KEY);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ KEY[i % KEY.length]);
        }
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >> 8 * i));
        }
    }
}
