package io.tern.testkit.sim;

import java.util.Arrays;

/// Bytes under way, first in, first out.
final class Bytes {

    private byte[] array = new byte[64];
    private int start;
    private int end;

    int size() {
        return end - start;
    }

    void add(byte[] src, int offset, int length) {
        if (length > array.length - end) {
            int size = size();
            byte[] larger = size + length > array.length / 2 ? new byte[(size + length) * 2] : array;
            System.arraycopy(array, start, larger, 0, size);
            array = larger;
            start = 0;
            end = size;
        }
        System.arraycopy(src, offset, array, end, length);
        end += length;
    }

    /// Takes bytes out.
    ///
    /// @param length at most [#size]
    byte[] take(int length) {
        byte[] taken = Arrays.copyOfRange(array, start, start + length);
        start += length;
        if (start == end) {
            start = 0;
            end = 0;
        }
        return taken;
    }

    void moveTo(Bytes target, int length) {
        target.add(array, start, length);
        start += length;
    }

    /// Loses all but the first.
    void truncate(int length) {
        end = start + length;
    }
}
