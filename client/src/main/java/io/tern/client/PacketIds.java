package io.tern.client;

import java.util.BitSet;

/// The packet identifiers of one session that are in use, 1 to 65,535. PUBLISH, SUBSCRIBE and UNSUBSCRIBE share
/// them [MQTT-2.2.1-3].
final class PacketIds {

    private static final int MAX = 0xFFFF;

    private final BitSet used = new BitSet();
    private int next;
    private int usedCount;

    /// @param first the identifier handed out first, 1 to 65,535
    PacketIds(int first) {
        if (first < 1 || first > MAX) {
            throw new IllegalArgumentException("first packet identifier " + first);
        }
        this.next = first;
    }

    /// Takes the next free identifier, going round, so that one just freed is not used again at once.
    ///
    /// @return 1 to 65,535, or 0 when all are in use
    int take() {
        if (usedCount == MAX) {
            return 0;
        }
        int id = used.nextClearBit(next);
        if (id > MAX) {
            id = used.nextClearBit(1);
        }
        used.set(id);
        usedCount++;
        next = id == MAX ? 1 : id + 1;
        return id;
    }

    void release(int id) {
        assert used.get(id) : id;
        used.clear(id);
        usedCount--;
    }
}
