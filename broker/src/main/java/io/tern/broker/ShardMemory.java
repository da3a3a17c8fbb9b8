package io.tern.broker;

import io.tern.engine.Memory;

/// One shard's part of the [SharedMemory]: it tells the others in steps, not of each message.
final class ShardMemory implements Memory {

    private static final int STEP_BYTES = 32 * 1024;

    private final SharedMemory all;
    /// Held, or let go if negative, and not yet told.
    private long untoldBytes;

    ShardMemory(SharedMemory all) {
        this.all = all;
    }

    @Override
    public void add(long bytes) {
        untoldBytes += bytes;
        if (Math.abs(untoldBytes) >= STEP_BYTES) {
            settle();
        }
    }

    /// Tells the rest, too.
    void settle() {
        if (untoldBytes != 0) {
            all.add(untoldBytes);
            untoldBytes = 0;
        }
    }

    @Override
    public long roomBytes(boolean connected) {
        return Math.max(0, all.leftBytes(connected) - untoldBytes) / 2;
    }

    /// See [SharedMemory#isTight].
    boolean isTight() {
        return all.isTight();
    }

    /// See [SharedMemory#isScarce].
    boolean isScarce() {
        return all.isScarce();
    }
}
