package io.tern.engine;

import io.tern.api.Message;

/// How much of its bounds a queue takes: of that in bytes and of that in messages, whichever is nearer. What can go to
/// disk is bounded there, everything else by what memory has left for it.
final class Fullness {

    /// Beyond so many fifths of its bound a queue is to be watched.
    private static final int HIGH_FIFTHS = 4;

    private Fullness() {}

    /// @return 0 to 1, where something has to go for the next message
    static double of(DurableQueue queue, Limits limits, long othersBytes) {
        double byBytes = (double) usedBytes(queue, othersBytes) / Math.max(1, mostBytes(queue, limits));
        double byCount = limits.queueMessages() == 0 ? 0 : (double) queue.droppable() / limits.queueMessages();
        return Math.min(1, Math.max(byBytes, byCount));
    }

    /// Whether it is to be watched; asked at each message, so by whole numbers.
    static boolean isHigh(DurableQueue queue, Limits limits, long othersBytes) {
        return usedBytes(queue, othersBytes) > mostBytes(queue, limits) / 5 * HIGH_FIFTHS
                || limits.queueMessages() > 0 && queue.droppable() > limits.queueMessages() / 5L * HIGH_FIFTHS;
    }

    /// Whether an empty queue stays within its bounds, and far from where it is to be watched.
    static boolean isFar(DurableQueue queue, Limits limits, long neededBytes) {
        long mostBytes = Math.min(queue.roomBytes(), limits.queueDiskBytes());
        return neededBytes <= mostBytes / 5 * HIGH_FIFTHS;
    }

    /// Whether it is full in messages.
    ///
    /// @param parts 1, or more to ask whether it holds the first of so many parts of what it may
    static boolean isByCount(DurableQueue queue, Limits limits, int parts) {
        int most = limits.queueMessages();
        return most > 0 && queue.droppable() >= Math.max(1, most / parts);
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

    private static long mostBytes(DurableQueue queue, Limits limits) {
        return queue.keeps() ? limits.queueDiskBytes() : queue.roomBytes();
    }
}
