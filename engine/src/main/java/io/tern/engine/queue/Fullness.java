package io.tern.engine.queue;

import io.tern.api.Message;

/// How much of its bounds a queue takes: of that in bytes and of that in messages, whichever is nearer. What can go to
/// disk is bounded there, everything else by what memory has left for it.
public final class Fullness {

    /// Beyond so many fifths of its bound a queue is to be watched.
    private static final int HIGH_FIFTHS = 4;

    private Fullness() {}

    /// @return 0 to 1, where something has to go for the next message
    static double of(DurableQueue queue, long othersBytes) {
        double byBytes = (double) usedBytes(queue, othersBytes) / Math.max(1, mostBytes(queue));
        double byCount = queue.host.queueMessages() == 0 ? 0 : (double) queue.droppable() / queue.host.queueMessages();
        return Math.min(1, Math.max(byBytes, byCount));
    }

    /// Whether it is to be watched; asked at each message, so by whole numbers.
    static boolean isHigh(DurableQueue queue, long othersBytes) {
        return usedBytes(queue, othersBytes) > mostBytes(queue) / 5 * HIGH_FIFTHS
                || queue.host.queueMessages() > 0 && queue.droppable() > queue.host.queueMessages() / 5L * HIGH_FIFTHS;
    }

    /// Whether nothing waits, and all bounds are far if a message goes to the receiver at once.
    ///
    /// @param queue that it would pass by
    /// @param message that comes
    /// @param recorded whether it will stand in the journal
    /// @param othersBytes what the owner's other messages take in memory
    /// @return false if it has to go into the queue, which makes room
    public static boolean isFar(DurableQueue queue, Message message, boolean recorded, long othersBytes) {
        long neededBytes = othersBytes + message.costBytes();
        long mostBytes = Math.min(queue.roomBytes(), queue.host.queueDiskBytes());
        return queue.isEmpty()
                && neededBytes <= mostBytes / 5 * HIGH_FIFTHS
                && (!recorded || !queue.keeps() || mayStore(queue, message, neededBytes));
    }

    /// Whether it is full in messages.
    ///
    /// @param queue which
    /// @param parts 1, or more to ask whether it holds the first of so many parts of what it may
    /// @return false also where any number may wait
    public static boolean isByCount(DurableQueue queue, int parts) {
        int most = queue.host.queueMessages();
        return most > 0 && queue.droppable() >= Math.max(1, most / parts);
    }

    /// Why there is no room in memory: for what the queue may have, or for what all clients together may.
    ///
    /// @param neededBytes what comes, and the owner's others
    static DropReason inMemory(DurableQueue queue, long neededBytes) {
        boolean own = neededBytes + queue.bytes() > queue.host.queueBytes() || isByCount(queue, 1);
        return own ? DropReason.QUEUE_FULL : DropReason.MEMORY_FULL;
    }

    /// Whether its owner may have a message more on disk.
    ///
    /// @param neededBytes what the message and the owner's others take in memory
    static boolean mayStore(DurableQueue queue, Message message, long neededBytes) {
        return queue.connected() && usedBytes(queue, neededBytes) <= Allowance.CONNECTED_BYTES
                || queue.allowance().mayStore(message.costBytes());
    }

    private static long usedBytes(DurableQueue queue, long othersBytes) {
        return othersBytes + queue.bytes() + queue.spilledBytes();
    }

    private static long mostBytes(DurableQueue queue) {
        return queue.keeps() ? queue.host.queueDiskBytes() : queue.roomBytes();
    }
}
