package io.tern.broker;

import io.tern.engine.Memory;
import java.util.concurrent.atomic.AtomicLong;

/// What all clients together make the server hold, in bytes, and how much that may be. Any thread.
final class SharedMemory implements Memory {

    /// When less than this part of the limit is left, nobody new is let in.
    private static final int SCARCE_PART = 16;
    private static final int TIGHT_PART = 8;
    /// This part is only for clients who are connected.
    private static final int CONNECTED_PART = 4;

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    /// @param limitBytes above 0
    SharedMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    @Override
    public void add(long bytes) {
        heldBytes.addAndGet(bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }

    long limitBytes() {
        return limitBytes;
    }

    double heldPart() {
        return (double) heldBytes() / limitBytes;
    }

    /// @param connected whether it is for a client who is connected
    /// @return at least 0
    long leftBytes(boolean connected) {
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
