package io.tern.store.journal;

import java.util.Arrays;

/// Finds the staged record of a session's message again: an open-addressing table from (epoch, key) to the number of a
/// record.
///
/// Clearing is free: an entry counts only if it carries the stamp of the present filling.
final class StagedIndex {

    private static final int FIRST_SLOTS = 256;
    private static final int SLOTS_KEPT = 64 * 1024;
    private static final int REMOVED = -1;

    private long[] epochs = new long[FIRST_SLOTS];
    private long[] keys = new long[FIRST_SLOTS];
    private int[] records = new int[FIRST_SLOTS];
    private int[] stamps = new int[FIRST_SLOTS];
    private int stamp = 1;
    private int used;

    private int slot(long epoch, long key) {
        long mixed = (epoch * 0x9E37_79B9_7F4A_7C15L ^ key) * 0xBF58_476D_1CE4_E5B9L;
        int mask = stamps.length - 1;
        int slot = (int) (mixed ^ mixed >>> 32) & mask;
        while (stamps[slot] == stamp && (epochs[slot] != epoch || keys[slot] != key)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /// @return number of the record, or -1
    int get(long epoch, long key) {
        int slot = slot(epoch, key);
        return stamps[slot] == stamp ? records[slot] : REMOVED;
    }

    void put(long epoch, long key, int record) {
        int slot = slot(epoch, key);
        if (stamps[slot] != stamp) {
            if (2 * ++used > stamps.length) {
                grow();
                used++;
                slot = slot(epoch, key);
            }
            stamps[slot] = stamp;
            epochs[slot] = epoch;
            keys[slot] = key;
        }
        records[slot] = record;
    }

    /// @return number of the record that was there, or -1
    int remove(long epoch, long key) {
        int slot = slot(epoch, key);
        if (stamps[slot] != stamp) {
            return REMOVED;
        }
        int record = records[slot];
        records[slot] = REMOVED;
        return record;
    }

    /// Gives all records the numbers they have after some were taken out.
    ///
    /// @param numbers the new number of each
    void renumber(int[] numbers) {
        for (int slot = 0; slot < stamps.length; slot++) {
            if (stamps[slot] == stamp && records[slot] != REMOVED) {
                records[slot] = numbers[records[slot]];
            }
        }
    }

    /// Forgets all. A table that has become large is let go.
    void clear() {
        used = 0;
        if (stamps.length > SLOTS_KEPT) {
            epochs = new long[FIRST_SLOTS];
            keys = new long[FIRST_SLOTS];
            records = new int[FIRST_SLOTS];
            stamps = new int[FIRST_SLOTS];
            stamp = 1;
        } else if (++stamp == 0) {
            Arrays.fill(stamps, 0);
            stamp = 1;
        }
    }

    /// Makes room, and drops what was removed: only then, since an entry in a row must not be missing.
    private void grow() {
        long[] oldEpochs = epochs;
        long[] oldKeys = keys;
        int[] oldRecords = records;
        int[] oldStamps = stamps;
        int alive = 0;
        for (int slot = 0; slot < oldStamps.length; slot++) {
            if (oldStamps[slot] == stamp && oldRecords[slot] != REMOVED) {
                alive++;
            }
        }
        int slots = oldStamps.length;
        while (3 * (alive + 1) > slots) {
            slots *= 2;
        }
        epochs = new long[slots];
        keys = new long[slots];
        records = new int[slots];
        stamps = new int[slots];
        int oldStamp = stamp;
        stamp = 1;
        used = alive;
        for (int slot = 0; slot < oldStamps.length; slot++) {
            if (oldStamps[slot] == oldStamp && oldRecords[slot] != REMOVED) {
                int to = slot(oldEpochs[slot], oldKeys[slot]);
                stamps[to] = stamp;
                epochs[to] = oldEpochs[slot];
                keys[to] = oldKeys[slot];
                records[to] = oldRecords[slot];
            }
        }
    }
}
