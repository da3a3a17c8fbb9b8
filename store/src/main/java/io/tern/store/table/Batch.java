package io.tern.store.table;

import java.util.Arrays;

/// Changes to a [Table] that are applied together, in the order they were added; a later one to the same key counts.
///
/// They are kept in the form in which RocksDB writes down its own batches, so that one of a hundred thousand changes
/// crosses into native code by one call: a header of 8 bytes of sequence (0) and 4 bytes of count, then for each change
/// a tag and one or two rows of bytes with their lengths in front. Its API takes one call a change, 0.3 us each.
public final class Batch {

    /// What [#each] tells.
    public interface Changes {

        /// A key has a value.
        ///
        /// @param key which
        /// @param value new
        void put(byte[] key, byte[] value);

        /// A key has none.
        ///
        /// @param key which
        void delete(byte[] key);

        /// The keys of a range have none.
        ///
        /// @param from the first, included
        /// @param toExclusive the end, not included
        void deleteRange(byte[] from, byte[] toExclusive);
    }

    private static final int HEADER_BYTES = 12;
    private static final int COUNT_AT = 8;
    private static final byte DELETE = 0;
    private static final byte PUT = 1;
    private static final byte DELETE_RANGE = 0xF;
    private static final int LENGTH_BYTES_MAX = 5;

    private byte[] bytes = new byte[256];
    private int size = HEADER_BYTES;
    private int count;

    /// Without changes.
    public Batch() {}

    /// Sets a key's value.
    ///
    /// @param key which
    /// @param value new
    public void put(byte[] key, byte[] value) {
        put(key, key.length, value, 0, value.length);
    }

    /// Sets a key's value, from parts of arrays. The bytes are copied.
    ///
    /// @param key begins with the key
    /// @param keyBytes length of the key
    /// @param value holds the value
    /// @param valueOffset where it begins
    /// @param valueBytes length of the value
    public void put(byte[] key, int keyBytes, byte[] value, int valueOffset, int valueBytes) {
        begin(PUT, keyBytes + valueBytes);
        append(key, 0, keyBytes);
        append(value, valueOffset, valueBytes);
    }

    /// Takes a key's value away. Nothing happens if there is none.
    ///
    /// @param key which
    public void delete(byte[] key) {
        begin(DELETE, key.length);
        append(key, 0, key.length);
    }

    /// Takes all values of a range away. Each such change slows later reads in its neighbourhood down: not for a few
    /// keys.
    ///
    /// @param from the first, included
    /// @param toExclusive the end, not included; not before `from`
    public void deleteRange(byte[] from, byte[] toExclusive) {
        assert Arrays.compareUnsigned(from, toExclusive) <= 0;
        begin(DELETE_RANGE, from.length + toExclusive.length);
        append(from, 0, from.length);
        append(toExclusive, 0, toExclusive.length);
    }

    /// Adds all changes of another batch behind those here.
    ///
    /// @param other not changed
    public void addAll(Batch other) {
        room(other.size - HEADER_BYTES);
        System.arraycopy(other.bytes, HEADER_BYTES, bytes, size, other.size - HEADER_BYTES);
        size += other.size - HEADER_BYTES;
        count += other.count;
    }

    private void room(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
    }

    private void begin(byte tag, int contentBytes) {
        room(Math.addExact(1 + 2 * LENGTH_BYTES_MAX, contentBytes));
        bytes[size++] = tag;
        count++;
    }

    private void append(byte[] src, int offset, int length) {
        int rest = length;
        while (rest > 0x7F) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        System.arraycopy(src, offset, bytes, size, length);
        size += length;
    }

    /// How many changes there are.
    ///
    /// @return 0 or more
    public int count() {
        return count;
    }

    /// What the changes take here.
    ///
    /// @return bytes
    public int bytes() {
        return size;
    }

    /// Forgets all changes, and a large array with them.
    public void clear() {
        if (bytes.length > 1 << 24) {
            bytes = new byte[256];
        }
        size = HEADER_BYTES;
        count = 0;
    }

    /// The batch as RocksDB would write it down.
    ///
    /// @return a copy of just the right length
    byte[] serialized() {
        byte[] copy = Arrays.copyOf(bytes, size);
        for (int i = 0; i < 4; i++) {
            copy[COUNT_AT + i] = (byte) (count >>> 8 * i);
        }
        return copy;
    }

    /// Tells all changes in their order.
    ///
    /// @param changes is told, with arrays to keep
    public void each(Changes changes) {
        int[] at = {HEADER_BYTES};
        while (at[0] < size) {
            byte tag = bytes[at[0]++];
            byte[] first = row(at);
            switch (tag) {
                case PUT -> changes.put(first, row(at));
                case DELETE -> changes.delete(first);
                default -> changes.deleteRange(first, row(at));
            }
        }
    }

    private byte[] row(int[] at) {
        int length = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[at[0]++];
            length |= (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        at[0] += length;
        return Arrays.copyOfRange(bytes, at[0] - length, at[0]);
    }
}
