package io.tern.transport;

import java.util.Arrays;

/// Bytes that came while a connection moved, for its next owner; no more than one read's. On the owner's thread.
final class Held {

    private byte[] bytes;

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
}
