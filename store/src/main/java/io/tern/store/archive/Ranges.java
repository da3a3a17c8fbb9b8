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

    /// The same, unless there are many ranges already, or many behind it that would have to be moved.
    ///
    /// @param countMax of ranges
    /// @param movedMax of those
    void addIfCheap(long from, long toExclusive, int countMax, int movedMax) {
        if (count() < countMax && count() - firstEndingAtOrAfter(from) <= movedMax) {
            add(from, toExclusive);
        }
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

    /// Forgets all numbers of another set.
    void removeAll(Ranges gone) {
        int from = gone.isEmpty() ? count() : firstEndingAfter(gone.first(0));
        if (from == count() || first(from) >= gone.end(gone.count() - 1)) {
            return;
        }
        long[] left = new long[size + 2 * gone.count()]; // Each of those divides one at most.
        System.arraycopy(bounds, 0, left, 0, 2 * from);
        int leftSize = 2 * from;
        int next = 0;
        for (int index = from; index < count(); index++) {
            long first = first(index);
            while (next < gone.count() && gone.end(next) <= first) {
                next++;
            }
            for (int each = next; each < gone.count() && gone.first(each) < end(index); each++) {
                if (gone.first(each) > first) {
                    left[leftSize++] = first;
                    left[leftSize++] = gone.first(each);
                }
                first = gone.end(each);
            }
            if (first < end(index)) {
                left[leftSize++] = first;
                left[leftSize++] = end(index);
            }
        }
        bounds = leftSize < left.length / 2 ? Arrays.copyOf(left, Math.max(2, leftSize)) : left;
        size = leftSize;
    }
}
