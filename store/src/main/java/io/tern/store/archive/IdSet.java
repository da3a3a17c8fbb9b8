package io.tern.store.archive;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// A set of numbers that were counted up, of which most may be gone: a bit each where they are dense, two bytes where
/// they aren't, and some 100 bytes for each 4,096 of which there is any. For one thread.
final class IdSet {

    private static final int PAGE_BITS = 12;
    private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
    private static final int FIRST_IDS = 4;
    /// Two bytes each take as much as all bits then.
    private static final int LISTED_MAX = (1 << PAGE_BITS) / Short.SIZE;
    /// A page without its numbers: its entry in the map, its key, itself, the head of its array.
    private static final int PAGE_BYTES = 112;

    /// The lower bits of a page's numbers: listed in order, or a bit each.
    private static final class Page {
        private short[] listed = new short[FIRST_IDS];
        private int count;
        private long[] bits;

        /// @return how many bytes more it takes
        int add(short id) {
            if (bits != null) {
                bits[id >> 6] |= 1L << id;
                return 0;
            }
            int at = Arrays.binarySearch(listed, 0, count, id);
            if (at >= 0) {
                return 0;
            }
            int before = listed.length * Short.BYTES;
            if (count == LISTED_MAX) {
                bits = new long[(1 << PAGE_BITS) / Long.SIZE];
                for (short each : listed) {
                    bits[each >> 6] |= 1L << each;
                }
                bits[id >> 6] |= 1L << id;
                listed = null;
                return bits.length * Long.BYTES - before;
            }
            if (count == listed.length) {
                listed = Arrays.copyOf(listed, 2 * count);
            }
            int place = -1 - at;
            System.arraycopy(listed, place, listed, place + 1, count - place);
            listed[place] = id;
            count++;
            return listed.length * Short.BYTES - before;
        }

        boolean contains(short id) {
            return bits != null ? (bits[id >> 6] & 1L << id) != 0 : Arrays.binarySearch(listed, 0, count, id) >= 0;
        }
    }

    private final Map<Long, Page> pages = new HashMap<>();
    private long bytes;

    void add(long id) {
        Page page = pages.get(id >> PAGE_BITS);
        if (page == null) {
            page = new Page();
            pages.put(id >> PAGE_BITS, page);
            bytes += PAGE_BYTES + FIRST_IDS * Short.BYTES;
        }
        bytes += page.add((short) (id & PAGE_MASK));
    }

    boolean contains(long id) {
        Page page = pages.get(id >> PAGE_BITS);
        return page != null && page.contains((short) (id & PAGE_MASK));
    }

    /// What it takes, about.
    long bytes() {
        return bytes;
    }
}
