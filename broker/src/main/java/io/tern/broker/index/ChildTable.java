package io.tern.broker.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The children of a node that has several: a hash table with one writer at a time and readers that take no lock.
///
/// Linear probing at half load. A child that goes leaves a mark, so that a reader on its way past it goes on; marks are
/// used again, and dropped when the table is rebuilt. A reader that still holds an older table sees the children of the
/// moment it took it or later ones, which is all that a search without a lock can promise.
final class ChildTable {

    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(TrieNode[].class);
    private static final TrieNode GONE = new TrieNode("", 0, 0, 0);
    private static final int CAPACITY_MIN = 4;

    private final TrieNode[] places;
    private final int shift;
    private int size;
    private int used;

    private ChildTable(int capacity) {
        this.places = new TrieNode[capacity];
        this.shift = Integer.numberOfLeadingZeros(capacity) + 1;
    }

    static ChildTable of(TrieNode one, TrieNode other) {
        ChildTable table = new ChildTable(CAPACITY_MIN);
        table.add(one);
        table.add(other);
        return table;
    }

    /// @return null if there is none
    TrieNode find(String text, int from, int to, int levelHash) {
        int i = home(levelHash);
        for (;;) {
            TrieNode node = (TrieNode) PLACE.getAcquire(places, i);
            if (node == null) {
                return null;
            }
            if (node != GONE && node.isLevel(text, from, to, levelHash)) {
                return node;
            }
            i = i + 1 & places.length - 1;
        }
    }

    int size() {
        return size;
    }

    /// Whether one more child leaves the table half empty.
    boolean hasRoom() {
        return used < places.length >> 1;
    }

    boolean isSparse() {
        return places.length > CAPACITY_MIN && size < places.length >> 3;
    }

    void add(TrieNode child) {
        int i = home(child.hash());
        while (places[i] != null && places[i] != GONE) {
            i = i + 1 & places.length - 1;
        }
        used += places[i] == null ? 1 : 0;
        size++;
        PLACE.setRelease(places, i, child);
    }

    void remove(TrieNode child) {
        int i = home(child.hash());
        while (places[i] != child) {
            i = i + 1 & places.length - 1;
        }
        size--;
        PLACE.setRelease(places, i, GONE);
    }

    TrieNode only() {
        for (TrieNode node : places) {
            if (node != null && node != GONE) {
                return node;
            }
        }
        throw new AssertionError("empty table");
    }

    /// A table without marks, with room for as many children again.
    ChildTable rebuilt() {
        int capacity = CAPACITY_MIN;
        while (capacity >> 2 < size) {
            capacity <<= 1;
        }
        ChildTable fresh = new ChildTable(capacity);
        for (TrieNode node : places) {
            if (node != null && node != GONE) {
                fresh.add(node);
            }
        }
        return fresh;
    }

    private int home(int levelHash) {
        return levelHash * 0x9E3779B9 >>> shift;
    }
}
