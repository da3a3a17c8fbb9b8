package io.tern.store.archive;

import java.util.Arrays;

/// A set of numbers that come mostly in a row: pairs of first and end, sorted, none touching the next.
final class Ranges {

    private long[] bounds = new long[2];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int count() {
        return size / 2;
    }

    long first(int index) {
        return bounds[2 * index];
    }

    long end(int index) {
        return bounds[2 * index + 1];
    }

    void add(long from, long toExclusive) {
        assert from < toExclusive : from + " " + toExclusive;
        if (size > 0 && from >= bounds[size - 2] && from <= bounds[size - 1]) {
            bounds[size - 1] = Math.max(bounds[size - 1], toExclusive);
            return;
        }
        int low = size == 0 || from > bounds[size - 1] ? count() : firstEndingAtOrAfter(from);
        int high = low;
        long first = from;
        long end = toExclusive;
        while (high < count() && bounds[2 * high] <= toExclusive) {
            first = Math.min(first, bounds[2 * high]);
            end = Math.max(end, bounds[2 * high + 1]);
            high++;
        }
        replace(low, high, first, end);
    }

    private void replace(int low, int high, long first, long end) {
        int newSize = size - 2 * (high - low) + 2;
        if (newSize > bounds.length) {
            bounds = Arrays.copyOf(bounds, Math.max(newSize, 2 * bounds.length));
        }
        System.arraycopy(bounds, 2 * high, bounds, 2 * low + 2, size - 2 * high);
        bounds[2 * low] = first;
        bounds[2 * low + 1] = end;
        size = newSize;
    }

    /// @return index of the first range whose end is not before `value`
    private int firstEndingAtOrAfter(long value) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = low + high >>> 1;
            if (bounds[2 * middle + 1] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// @return index of the first range that ends behind `value`: the one that holds it, if any does
    int firstEndingAfter(long value) {
        return firstEndingAtOrAfter(value + 1);
    }

    boolean contains(long value) {
        int index = firstEndingAfter(value);
        return index < count() && bounds[2 * index] <= value;
    }

    /// Forgets all numbers below one.
    void removeBelow(long value) {
        int gone = firstEndingAfter(value);
        System.arraycopy(bounds, 2 * gone, bounds, 0, size - 2 * gone);
        size -= 2 * gone;
        if (size > 0) {
            bounds[0] = Math.max(bounds[0], value);
        }
        if (bounds.length > 64 && size < bounds.length / 4) {
            bounds = Arrays.copyOf(bounds, Math.max(2, size));
        }
    }
}
