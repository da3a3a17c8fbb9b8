package io.tern.broker.index;

import io.tern.wire.TopicName;
import java.util.Arrays;

/// The entries that match a topic, and since when that is known. Used again and again; owned by one thread at a time.
///
/// A publisher keeps the matches of its last topic and asks [Index#isCurrent] before it uses them again. Remembered
/// entries may have died meanwhile: their bits are 0.
public final class Matches {

    private static final FilterEntry[] NONE = {};
    private static final int CAPACITY_MIN = 4;
    private static final int CAPACITY_KEPT = 64;

    private FilterEntry[] entries = NONE;
    private int size;
    private TopicName topic;
    private int stripe;
    private long version;

    /// Makes an empty one; it takes memory for entries when the first comes.
    public Matches() {
        // Nothing is known yet.
    }

    /// How many entries match.
    ///
    /// @return 0 or more
    public int size() {
        return size;
    }

    /// What the list takes.
    ///
    /// @return bytes
    public int memoryBytes() {
        return Integer.BYTES * entries.length;
    }

    /// An entry that matches.
    ///
    /// @param i 0 to size - 1; the order means nothing
    /// @return never null
    public FilterEntry get(int i) {
        assert i < size : i;
        return entries[i];
    }

    /// The topic they match.
    ///
    /// @return null if nothing is known
    public TopicName topic() {
        return topic;
    }

    /// Forgets all. Keeps room for a few entries and gives the rest of the memory back.
    public void clear() {
        if (entries.length > CAPACITY_KEPT) {
            entries = NONE;
        } else {
            Arrays.fill(entries, 0, size, null);
        }
        size = 0;
        topic = null;
    }

    void begin(TopicName of, int ofStripe, long atVersion) {
        Arrays.fill(entries, 0, size, null);
        size = 0;
        topic = of;
        stripe = ofStripe;
        version = atVersion;
    }

    void addIfAlive(FilterEntry entry) {
        if (entry == null || entry.isDead()) {
            return;
        }
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, Math.max(CAPACITY_MIN, size << 1));
        }
        entries[size++] = entry;
    }

    int stripe() {
        return stripe;
    }

    long version() {
        return version;
    }
}
