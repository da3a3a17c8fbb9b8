package io.tern.bench;

import java.nio.ByteBuffer;

/// What the first bytes of a payload say: who published it, its number, and when it was due.
final class Payload {

    /// The least a payload may have. Unit: bytes.
    static final int LEAST_BYTES = 24;

    static final Flag BYTES = new Flag("payload", 64, LEAST_BYTES, 200_000, "Bytes of each message.");

    private static final int SEQUENCE = 8;
    private static final int DUE = 16;

    private Payload() {}

    /// Writes it at an offset of a buffer.
    ///
    /// @param publisher index of the publisher
    /// @param sequence 0 for its first message, then one more each
    /// @param dueNanos when it should have been sent, [System#nanoTime]
    static void write(ByteBuffer out, int at, int publisher, long sequence, long dueNanos) {
        out.putInt(at, publisher);
        out.putLong(at + SEQUENCE, sequence);
        out.putLong(at + DUE, dueNanos);
    }

    static int publisher(ByteBuffer in, int at) {
        return in.getInt(at);
    }

    static long sequence(ByteBuffer in, int at) {
        return in.getLong(at + SEQUENCE);
    }

    static long dueNanos(ByteBuffer in, int at) {
        return in.getLong(at + DUE);
    }
}
