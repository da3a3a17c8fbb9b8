package io.tern.store.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Puts keys and values together in an array that grows. For one thread; begins anew with [#clear].
final class ByteWriter {

    private byte[] bytes;
    private int size;

    ByteWriter(int firstBytes) {
        bytes = new byte[firstBytes];
    }

    ByteWriter clear() {
        size = 0;
        return this;
    }

    /// @return the array itself, good until the next call that adds
    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
    }

    ByteWriter octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /// Seven bits a byte, lowest first: 1 byte below 128, 9 for the largest; 10 for a negative one.
    ByteWriter varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /// A number whose bytes are in the same order as the numbers: how many bytes, then those, highest first.
    ///
    /// @param value 0 or more
    ByteWriter ordered(long value) {
        assert value >= 0 : value;
        room(9);
        int length = 8 - Long.numberOfLeadingZeros(value) / 8;
        bytes[size++] = (byte) length;
        for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    ByteWriter raw(byte[] src) {
        return raw(src, 0, src.length);
    }

    ByteWriter raw(byte[] src, int offset, int length) {
        room(length);
        System.arraycopy(src, offset, bytes, size, length);
        size += length;
        return this;
    }

    /// Length, then the bytes.
    ByteWriter block(byte[] src) {
        return varint(src.length).raw(src);
    }

    ByteWriter text(String text) {
        return block(text.getBytes(StandardCharsets.UTF_8));
    }
}
