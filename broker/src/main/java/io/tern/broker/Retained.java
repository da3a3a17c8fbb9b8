package io.tern.broker;

import io.tern.api.Message;
import io.tern.broker.index.RetainedCursor;
import io.tern.broker.index.RetainedIndex;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// The retained messages of all topics, the latest of each [MQTT-3.3.1-5]. Any thread.
///
/// Bounded in bytes: a message that doesn't fit is delivered, but not retained.
final class Retained {

    /// What a topic's place in the index takes, besides its name.
    private static final int PLACE_BYTES = 200;
    /// Changes to different topics rarely wait for each other.
    private static final int LOCKS = 256;

    private final RetainedIndex<Message> byTopic = new RetainedIndex<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final long limitBytes;
    private final int messagesMax;
    private final SharedMemory memory;
    private final AtomicLong sequences;
    private final Object[] locks = new Object[LOCKS];

    /// @param limitBytes most bytes of retained messages, see [Message#costBytes]
    /// @param messagesMax most retained messages, 0 for any number; several shards at once may go a little over it
    /// @param memory that it shares with all queues; it takes no more than is left of it
    /// @param firstSequence changes get higher ones
    Retained(long limitBytes, int messagesMax, SharedMemory memory, long firstSequence) {
        this.limitBytes = limitBytes;
        this.messagesMax = messagesMax;
        this.memory = memory;
        this.sequences = new AtomicLong(firstSequence);
        Arrays.setAll(locks, i -> new Object());
    }

    /// Keeps a message in place of the one before.
    ///
    /// @return the sequence of this change, -1 if there is no room
    long set(Message message, long nowMillis) {
        if (message.expired(nowMillis)) {
            return clear(message.topic());
        }
        // One after the other, so that the sequences of a topic's changes are in the order of the changes.
        synchronized (lock(message.topic())) {
            Message before = byTopic.get(message.topic());
            if (before == null && messagesMax > 0 && byTopic.size() >= messagesMax) {
                return -1;
            }
            long moreBytes = message.costBytes() - (before == null ? 0 : before.costBytes());
            long allBytes = heldBytes.addAndGet(moreBytes);
            if (moreBytes > 0 && (allBytes > limitBytes || allBytes > memory.leftBytes(false))) {
                heldBytes.addAndGet(-moreBytes);
                return -1;
            }
            memory.add(bytes(message) - (before == null ? 0 : bytes(before)));
            byTopic.put(message.topic(), message);
            return sequences.incrementAndGet();
        }
    }

    private static long bytes(Message message) {
        return message.costBytes() + PLACE_BYTES + message.topic().utf8().length;
    }

    /// Removes a topic's message [MQTT-3.3.1-6].
    ///
    /// @return the sequence of this change
    long clear(TopicName topic) {
        synchronized (lock(topic)) {
            letGo(byTopic.remove(topic));
            return sequences.incrementAndGet();
        }
    }

    /// Removes a message that has expired, unless another has taken its place.
    ///
    /// @return the sequence of this change, -1 if nothing has changed
    long expire(Message message) {
        synchronized (lock(message.topic())) {
            if (byTopic.get(message.topic()) != message) {
                return -1;
            }
            letGo(byTopic.remove(message.topic()));
            return sequences.incrementAndGet();
        }
    }

    private void letGo(Message gone) {
        if (gone != null) {
            memory.add(-bytes(gone));
            heldBytes.addAndGet(-gone.costBytes());
        }
    }

    /// Takes up what a process before this one has left.
    void recover(Message message) {
        byTopic.put(message.topic(), message);
        memory.add(bytes(message));
        heldBytes.addAndGet(message.costBytes());
    }

    private Object lock(TopicName topic) {
        int hash = topic.hashCode();
        return locks[(hash ^ hash >>> 16) & LOCKS - 1];
    }

    RetainedCursor<Message> cursor(TopicFilter filter) {
        return byTopic.cursor(filter);
    }

    Message get(TopicName topic) {
        return byTopic.get(topic);
    }

    int size() {
        return byTopic.size();
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
