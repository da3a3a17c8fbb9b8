package io.tern.client;

import java.util.ArrayDeque;

/// Messages on their way to the application, bounded by count and by bytes. Full means that nothing more should be
/// read; a message that is there anyway is taken.
final class InboundQueue {

    private final int messagesMax;
    private final long bytesMax;
    private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
    private long bytes;

    InboundQueue(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    void add(Delivery delivery) {
        queue.add(delivery);
        bytes += delivery.bytes();
    }

    /// @return null if there is none
    Delivery poll() {
        Delivery delivery = queue.poll();
        if (delivery != null) {
            bytes -= delivery.bytes();
        }
        return delivery;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    boolean isFull() {
        return queue.size() >= messagesMax || bytes >= bytesMax;
    }

    /// @return whether reading may go on after a pause: not at every message taken, but now and then
    boolean isHalfEmpty() {
        return queue.size() <= messagesMax / 2 && bytes <= bytesMax / 2;
    }

    /// @return whether it holds twice what it should
    boolean isTwiceFull() {
        return queue.size() >= 2L * messagesMax || bytes >= 2 * bytesMax;
    }

    void clear() {
        queue.clear();
        bytes = 0;
    }
}
