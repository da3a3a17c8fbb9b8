package io.tern.broker.memory;

import io.tern.engine.queue.Memory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/// What all clients together make the server hold, in bytes, and how much that may be. Any thread.
public final class SharedMemory implements Memory {

    /// When less than this part of the limit is left, nobody new is let in.
    private static final int SCARCE_PART = 16;
    private static final int TIGHT_PART = 8;
    /// This part is only for clients who are connected.
    private static final int CONNECTED_PART = 4;

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();
    /// By shards, the class of those who leave most unread there; 0 for nobody.
    private final AtomicIntegerArray largestUnsent;

    /// @param limitBytes above 0
    public SharedMemory(long limitBytes, int shards) {
        this.limitBytes = limitBytes;
        this.largestUnsent = new AtomicIntegerArray(shards);
    }

    /// Says how much those leave unread who leave most on a shard.
    ///
    /// @param size their class, each for twice as much as the one before; -1 if there is nobody
    void largestUnsent(int shard, int size) {
        largestUnsent.set(shard, size + 1);
    }

    /// Whether nobody on any shard leaves more unread than those of a class.
    boolean isLargestUnsent(int size) {
        for (int shard = 0; shard < largestUnsent.length(); shard++) {
            if (largestUnsent.get(shard) > size + 1) {
                return false;
            }
        }
        return true;
    }

    /// Whether the limit was passed by so much that everybody has to make room, and not those alone who hold most.
    boolean isOver() {
        return heldBytes() > limitBytes + limitBytes / SCARCE_PART;
    }

    @Override
    public void add(long bytes) {
        heldBytes.addAndGet(bytes);
    }

    /// @return all together, a moment old
    public long heldBytes() {
        return heldBytes.get();
    }

    /// @return how much they may
    public long limitBytes() {
        return limitBytes;
    }

    /// @return what is held, as a part of what may be, 0 to 1 and above
    public double heldPart() {
        return (double) heldBytes() / limitBytes;
    }

    /// @param connected whether it is for a client who is connected
    /// @return at least 0
    public long leftBytes(boolean connected) {
        long reservedBytes = connected ? 0 : limitBytes / CONNECTED_PART;
        return Math.max(0, limitBytes - reservedBytes - heldBytes.get());
    }

    @Override
    public long roomBytes(boolean connected) {
        return leftBytes(connected) / 2;
    }

    /// Whether queues that have grown when there was more room should become shorter.
    boolean isTight() {
        return leftBytes(false) < limitBytes / TIGHT_PART;
    }

    /// Whether so little is left that it is kept for those who are here already.
    boolean isScarce() {
        return leftBytes(true) < limitBytes / SCARCE_PART;
    }
}
