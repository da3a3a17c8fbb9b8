package io.tern.wire.codec;

import io.tern.wire.Utf8;
import java.util.Arrays;

/// Bytes on their way out: an array that grows, and how much of it is written.
///
/// For one thread. Numbers are written with the highest byte first.
public final class ByteWriter {

    private byte[] array;
    private int size;

    /// Starts empty.
    ///
    /// @param initialBytes of the array, 0 or more
    public ByteWriter(int initialBytes) {
        array = new byte[initialBytes];
    }

    /// The array with the bytes; another one after it had to grow.
    ///
    /// @return valid from 0 to [#size]
    public byte[] array() {
        return array;
    }

    /// How many bytes are written.
    ///
    /// @return 0 or more
    public int size() {
        return size;
    }

    /// Forgets what is written and keeps the array.
    public void reset() {
        size = 0;
    }

    /// Forgets what is written from some byte on.
    ///
    /// @param newSize 0 to [#size]
    public void truncate(int newSize) {
        if (newSize < 0 || newSize > size) {
            throw new IllegalArgumentException("size " + newSize + " of " + size);
        }
        size = newSize;
    }

    /// Makes room, so that the next writes need no check of their own.
    ///
    /// @param bytes how many will be written
    public void ensure(int bytes) {
        if (bytes > array.length - size) {
            grow(bytes);
        }
    }

    private void grow(int bytes) {
        long doubled = Math.max((long) size + bytes, 2L * array.length);
        // Exact addition fails loudly where two GiB wouldn't do.
        int needed = Math.addExact(size, bytes);
        array = Arrays.copyOf(array, (int) Math.max(needed, Math.min(doubled, Integer.MAX_VALUE - 8)));
    }

    /// Makes room and counts it as written; the caller fills it in.
    ///
    /// @param bytes how many
    /// @return offset of the first
    public int claim(int bytes) {
        ensure(bytes);
        int at = size;
        size += bytes;
        return at;
    }

    /// Appends one byte.
    ///
    /// @param value its lowest eight bits
    public void writeByte(int value) {
        ensure(1);
        array[size++] = (byte) value;
    }

    /// Appends two bytes.
    ///
    /// @param value its lowest 16 bits
    public void writeShort(int value) {
        putShort(claim(2), value);
    }

    /// Writes two bytes over what is there, e.g. a packet identifier.
    ///
    /// @param at offset of the first
    /// @param value its lowest 16 bits
    public void putShort(int at, int value) {
        array[at] = (byte) (value >> 8);
        array[at + 1] = (byte) value;
    }

    /// Appends a Variable Byte Integer in as few bytes as possible [MQTT-1.5.5-1].
    ///
    /// @param value 0 to 268,435,455
    public void writeVarInt(int value) {
        ensure(4);
        int rest = value;
        while (rest > 0x7F) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
    }

    /// How long a Variable Byte Integer is.
    ///
    /// @param value 0 to 268,435,455
    /// @return 1 to 4
    /// @throws IllegalArgumentException if the value is out of range
    public static int varIntBytes(int value) {
        if (value < 0 || value > 0x0FFF_FFFF) {
            throw new IllegalArgumentException(value + " is not in 0 to 268435455");
        }
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    /// Appends a UTF-8 Encoded String with its length.
    ///
    /// @param text up to 65,535 bytes of UTF-8
    /// @throws IllegalArgumentException if it can't be sent: U+0000, a lone surrogate, too long
    public void writeString(String text) {
        writeBinary(Utf8.encode(text));
    }

    /// Appends bytes with their length in two bytes.
    ///
    /// @param bytes up to 65,535
    public void writeBinary(byte[] bytes) {
        if (bytes.length > 0xFFFF) {
            throw new IllegalArgumentException(bytes.length + " bytes, 65535 is the most");
        }
        writeShort(bytes.length);
        writeBytes(bytes);
    }

    /// Appends bytes.
    ///
    /// @param bytes all of them
    public void writeBytes(byte[] bytes) {
        writeBytes(bytes, 0, bytes.length);
    }

    /// Appends some of the bytes of an array.
    ///
    /// @param src holds them
    /// @param offset of the first
    /// @param length how many
    public void writeBytes(byte[] src, int offset, int length) {
        int at = claim(length);
        System.arraycopy(src, offset, array, at, length);
    }
}
