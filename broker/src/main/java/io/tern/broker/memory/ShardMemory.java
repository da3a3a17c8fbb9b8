package io.tern.broker.memory;

import io.tern.api.Message;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.Memory;

/// One shard's part of the [SharedMemory]: it tells the others in steps, not of each message.
public final class ShardMemory implements Memory {

    private static final int STEP_BYTES = 32 * 1024;

    private final SharedMemory all;
    private final Counters counters;
    private long queuedMessages;
    private long queuedBytes;
    private long spilledBytes;
    /// Held, or let go if negative, and not yet told.
    private long untoldBytes;

    /// @param counters told of the queues whenever this settles
    public ShardMemory(SharedMemory all, Counters counters) {
        this.all = all;
        this.counters = counters;
    }

    @Override
    public void hold(Message message) {
        long bytes = PLACE_BYTES + (message.hold(this) ? message.costBytes() : 0);
        queuedMessages++;
        queuedBytes += bytes;
        add(bytes);
    }

    @Override
    public void letGo(Message message) {
        long bytes = PLACE_BYTES + (message.letGo(this) ? message.costBytes() : 0);
        queuedMessages--;
        queuedBytes -= bytes;
        add(-bytes);
    }

    @Override
    public void spilled(long bytes) {
        spilledBytes += bytes;
    }

    @Override
    public void add(long bytes) {
        untoldBytes += bytes;
        if (Math.abs(untoldBytes) >= STEP_BYTES) {
            tell();
        }
    }

    private void tell() {
        all.add(untoldBytes);
        untoldBytes = 0;
    }

    /// Tells the rest, too.
    public void settle() {
        counters.set(Counters.Level.QUEUED_MESSAGES, queuedMessages);
        counters.set(Counters.Level.QUEUED_BYTES, queuedBytes);
        counters.set(Counters.Level.SPILLED_BYTES, spilledBytes);
        if (untoldBytes != 0) {
            tell();
        }
    }

    @Override
    public long roomBytes(boolean connected) {
        return Math.max(0, all.leftBytes(connected) - untoldBytes) / 2;
    }

    /// See [SharedMemory#isOver].
    public boolean isOver() {
        return all.isOver();
    }

    /// See [SharedMemory#largestUnsent].
    public void largestUnsent(int shard, int size) {
        all.largestUnsent(shard, size);
    }

    /// See [SharedMemory#isLargestUnsent].
    public boolean isLargestUnsent(int size) {
        return all.isLargestUnsent(size);
    }

    /// See [SharedMemory#isTight].
    public boolean isTight() {
        return all.isTight();
    }

    /// See [SharedMemory#isScarce].
    public boolean isScarce() {
        return all.isScarce();
    }
}
