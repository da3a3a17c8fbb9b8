package io.tern.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Takes a client's WebSocket frames apart (RFC 6455, section 5), in place and as the bytes come: nothing of a data
/// frame is kept, so it may be as large as it likes without costing memory; what is too large is said of packets. Which
/// frame a byte came in makes no difference to MQTT [MQTT-6.0.0-2]. Pure state: no socket, no thread.
final class WebSocketFrames {

    /// Hears what the frames say.
    interface Listener {

        /// Bytes of binary frames, unmasked in place.
        void payload(byte[] src, int offset, int length);

        /// A ping; its payload is valid during the call.
        void ping(byte[] payload, int length);

        /// A close frame.
        ///
        /// @param code the peer's, or 0 if it gave none
        void closed(int code);

        /// The peer breaks the rules.
        ///
        /// @param code to close with
        /// @param why for people
        void broken(int code, String why);

        /// Says whether to stop here.
        boolean isStopped();
    }

    /// Ordinary end.
    static final int NORMAL = 1000;
    /// The peer broke the protocol.
    static final int PROTOCOL_ERROR = 1002;
    /// Data of a kind we don't take: anything but binary [MQTT-6.0.0-1].
    static final int UNSUPPORTED = 1003;

    /// Text that is no UTF-8.
    static final int NOT_UTF_8 = 1007;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int CONTROL_MAX_BYTES = 125;
    private static final int LENGTH_16_BITS = 126;
    private static final int LENGTH_64_BITS = 127;
    private static final int KEY_BYTES = 4;

    private final Listener listener;
    private final byte[] header = new byte[14];
    private int headerBytes;
    private int headerNeeds = 2;
    private int opcode;
    private boolean last;
    private boolean inMessage;
    private boolean inPayload;
    private long leftBytes;
    private int key;
    private byte[] control;
    private int controlBytes;

    /// Starts before the first frame.
    ///
    /// @param listener hears the frames
    WebSocketFrames(Listener listener) {
        this.listener = listener;
    }

    /// Takes bytes until they end or the listener has enough.
    ///
    /// @return bytes taken
    int take(byte[] src, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && !listener.isStopped()) {
            if (inPayload) {
                int part = (int) Math.min(leftBytes, end - at);
                payload(src, at, part);
                at += part;
            } else {
                header[headerBytes++] = src[at++];
                if (headerBytes == headerNeeds) {
                    header();
                }
            }
        }
        return at - offset;
    }

    private void header() {
        if (headerNeeds == 2) {
            start();
        } else {
            begin();
        }
    }

    /// Looks at the first two bytes, which say how long the header is.
    private void start() {
        opcode = header[0] & 0x0F;
        last = (header[0] & 0x80) != 0;
        int shortLength = header[1] & 0x7F;
        boolean isControl = opcode >= CLOSE;
        if ((header[0] & 0x70) != 0) {
            listener.broken(PROTOCOL_ERROR, "reserved bits are set");
        } else if ((header[1] & 0x80) == 0) {
            listener.broken(PROTOCOL_ERROR, "a frame is not masked");
        } else if (opcode == TEXT) {
            listener.broken(UNSUPPORTED, "a text frame");
        } else if (opcode > BINARY && opcode < CLOSE || opcode > PONG) {
            listener.broken(PROTOCOL_ERROR, "unknown opcode " + opcode);
        } else if (isControl && (!last || shortLength > CONTROL_MAX_BYTES)) {
            listener.broken(PROTOCOL_ERROR, "a control frame in parts or too long");
        } else if (!isControl && inMessage != (opcode == CONTINUATION)) {
            listener.broken(PROTOCOL_ERROR, "continuation expected: " + inMessage);
        } else {
            headerNeeds = 2 + KEY_BYTES + switch (shortLength) {
                case LENGTH_16_BITS -> 2;
                case LENGTH_64_BITS -> 8;
                default -> 0;
            };
        }
    }

    /// The header is whole.
    private void begin() {
        int shortLength = header[1] & 0x7F;
        long length = shortLength;
        boolean isShortest = true;
        if (shortLength == LENGTH_16_BITS) {
            length = number(2, 2);
            isShortest = length >= LENGTH_16_BITS;
        } else if (shortLength == LENGTH_64_BITS) {
            length = number(2, 8);
            isShortest = length < 0 || length > 0xFFFF;
        }
        if (!isShortest || length < 0) {
            listener.broken(PROTOCOL_ERROR, "a length not in its shortest form");
            return;
        }
        key = (int) number(headerNeeds - KEY_BYTES, KEY_BYTES);
        leftBytes = length;
        headerBytes = 0;
        headerNeeds = 2;
        inPayload = true;
        if (length == 0) {
            end();
        }
    }

    private long number(int from, int bytes) {
        long value = 0;
        for (int i = from; i < from + bytes; i++) {
            value = value << 8 | header[i] & 0xFF;
        }
        return value;
    }

    private void payload(byte[] src, int offset, int length) {
        unmask(src, offset, length);
        leftBytes -= length;
        if (opcode >= CLOSE) {
            if (control == null) {
                control = new byte[CONTROL_MAX_BYTES];
            }
            System.arraycopy(src, offset, control, controlBytes, length);
            controlBytes += length;
        } else {
            listener.payload(src, offset, length);
        }
        if (leftBytes == 0) {
            end();
        }
    }

    private void end() {
        inPayload = false;
        switch (opcode) {
            case CLOSE -> close();
            case PING -> listener.ping(control, controlBytes);
            case PONG -> { } // Allowed at any time, and means nothing to us.
            default -> inMessage = !last;
        }
        if (opcode >= CLOSE) {
            control = null;
            controlBytes = 0;
        }
    }

    private void close() {
        int code = controlBytes < 2 ? 0 : (control[0] & 0xFF) << 8 | control[1] & 0xFF;
        boolean isCode = code >= 3000 && code <= 4999 || code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
        if (isCode && !isUtf8(control, 2, controlBytes - 2)) {
            listener.broken(NOT_UTF_8, "a close reason that is no UTF-8");
        } else if (controlBytes == 0 || isCode) {
            listener.closed(code);
        } else {
            listener.broken(PROTOCOL_ERROR, "close code " + code);
        }
    }

    private static boolean isUtf8(byte[] bytes, int offset, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /// Eight bytes at a time; the key stands first at the part's first byte.
    private void unmask(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        long keys = (long) key << 32 | key & 0xFFFF_FFFFL;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ keys);
        }
        for (; at < end; at++) {
            bytes[at] ^= (byte) (key >>> 24);
            key = Integer.rotateLeft(key, 8);
        }
    }
}
