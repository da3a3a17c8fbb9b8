package io.tern.transport;

import java.util.Arrays;

/// What has come of a stream and was not taken yet: bytes that came while a connection moved, for its next owner, no
/// more than one read's; and behind them the end. On the owner's thread.
final class Held {

    private byte[] bytes;
    private boolean ended;
    private Throwable why;

    boolean isEmpty() {
        return bytes == null;
    }

    void add(byte[] src, int offset, int length) {
        int before = bytes == null ? 0 : bytes.length;
        byte[] longer = before == 0 ? new byte[length] : Arrays.copyOf(bytes, before + length);
        System.arraycopy(src, offset, longer, before, length);
        bytes = longer;
    }

    /// All of them, once; null if there are none.
    byte[] take() {
        byte[] all = bytes;
        bytes = null;
        return all;
    }

    /// Nothing comes behind this. The first end counts.
    ///
    /// @param cause null if it ends in the ordinary way
    void end(Throwable cause) {
        if (!ended) {
            ended = true;
            why = cause;
        }
    }

    boolean hasEnd() {
        return ended;
    }

    Throwable why() {
        return why;
    }
}
