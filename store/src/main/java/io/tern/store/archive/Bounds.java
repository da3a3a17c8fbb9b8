package io.tern.store.archive;

import io.tern.store.table.DamagedTableException;
import java.util.BitSet;

/// Where a session's queue begins and ends, how many messages it has and what they take, and which inbound packet
/// identifiers are stored.
///
/// That the first entry is known spares a walk over the remains of all that were deleted before it: 1 s for 2 million,
/// and 70 us with it. Written in the same batch as the entries it speaks of.
final class Bounds {

    private static final int SHARES = 1;
    private static final int INBOUND = 2;

    /// The first entry that is stored; meaningless if none is.
    long first;

    /// One more than the last that may be stored; 0 if none is.
    long storedEnd;

    /// One more than the newest sequence that was ever given.
    long end;

    /// How many entries are stored; at most so many, if an older program has written this.
    long count;

    /// What the stored entries are charged with.
    long bytes;

    /// Whether an entry that refers to a shared body was ever stored.
    boolean shares;

    /// Packet identifiers that are stored as open; null if none is.
    BitSet inbound;

    boolean isEmpty() {
        return storedEnd == 0;
    }

    void stored(long sequence, int entryBytes) {
        first = isEmpty() ? sequence : Math.min(first, sequence);
        storedEnd = Math.max(storedEnd, sequence + 1);
        count++;
        bytes += entryBytes;
    }

    void removed(int entryBytes) {
        count--;
        bytes -= entryBytes;
    }

    void emptied() {
        first = 0;
        storedEnd = 0;
        count = 0;
        bytes = 0;
        shares = false;
    }

    byte[] value() {
        ByteWriter out = new ByteWriter(24);
        out.octet((shares ? SHARES : 0) | (inbound != null ? INBOUND : 0));
        out.varint(end);
        if (!isEmpty()) {
            out.varint(end - storedEnd).varint(storedEnd - first).varint(bytes).varint(count);
        }
        return out.copy();
    }

    /// @param inbound left for the caller to load: an empty set if there may be some
    static Bounds read(byte[] key, byte[] value) throws DamagedTableException {
        ByteReader in = new ByteReader(key, value, 0);
        int flags = in.octet();
        Bounds bounds = new Bounds();
        bounds.shares = (flags & SHARES) != 0;
        bounds.inbound = (flags & INBOUND) != 0 ? new BitSet() : null;
        bounds.end = in.varint();
        if (in.left() > 0) {
            bounds.storedEnd = bounds.end - in.varint();
            bounds.first = bounds.storedEnd - in.varint();
            bounds.bytes = in.varint();
            bounds.count = in.left() > 0 ? in.varint() : bounds.storedEnd - bounds.first;
            if (bounds.first < 0 || bounds.first >= bounds.storedEnd || bounds.storedEnd > bounds.end) {
                throw in.damaged("it goes from " + bounds.first + " to " + bounds.storedEnd + " of " + bounds.end);
            }
        }
        return bounds;
    }
}
