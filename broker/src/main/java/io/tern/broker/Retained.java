package io.tern.broker;

import io.tern.api.Message;
import io.tern.broker.index.RetainedCursor;
import io.tern.broker.index.RetainedIndex;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.concurrent.atomic.AtomicLong;

/// The retained messages of all topics, the latest of each [MQTT-3.3.1-5]. Any thread.
///
/// Bounded in bytes: a message that doesn't fit is delivered, but not retained.
final class Retained {

    /// What a topic's place in the index takes, besides its name.
    private static final int PLACE_BYTES = 200;

    private final RetainedIndex<Message> byTopic = new RetainedIndex<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final long limitBytes;
    private final int messagesMax;
    private final SharedMemory memory;

    /// @param limitBytes most bytes of retained messages, see [Message#costBytes]
    /// @param messagesMax most retained messages, 0 for any number; several shards at once may go a little over it
    /// @param memory that it shares with all queues; it takes no more than is left of it
    Retained(long limitBytes, int messagesMax, SharedMemory memory) {
        this.limitBytes = limitBytes;
        this.messagesMax = messagesMax;
        this.memory = memory;
    }

    /// Keeps a message in place of the one before.
    ///
    /// @return false if there is no room
    boolean set(Message message, long nowMillis) {
        if (message.expired(nowMillis)) {
            clear(message.topic());
            return true;
        }
        for (;;) {
            Message before = byTopic.get(message.topic());
            if (before == null && messagesMax > 0 && byTopic.size() >= messagesMax) {
                return false;
            }
            long moreBytes = message.costBytes() - (before == null ? 0 : before.costBytes());
            long allBytes = heldBytes.addAndGet(moreBytes);
            if (moreBytes > 0 && (allBytes > limitBytes || allBytes > memory.leftBytes(false))) {
                heldBytes.addAndGet(-moreBytes);
                return false;
            }
            hold(message);
            if (byTopic.compareAndSet(message.topic(), before, message)) {
                if (before != null) {
                    letGo(before);
                }
                return true;
            }
            letGo(message); // Another shard was faster.
            heldBytes.addAndGet(-moreBytes);
        }
    }

    private void hold(Message message) {
        memory.add(bytes(message));
    }

    private void letGo(Message message) {
        memory.add(-bytes(message));
    }

    private static long bytes(Message message) {
        return message.costBytes() + PLACE_BYTES + message.topic().utf8().length;
    }

    /// Removes a topic's message [MQTT-3.3.1-6].
    void clear(TopicName topic) {
        Message before = byTopic.remove(topic);
        if (before != null) {
            letGo(before);
            heldBytes.addAndGet(-before.costBytes());
        }
    }

    /// Removes a message that has expired, unless another has taken its place.
    void expire(Message message) {
        if (byTopic.compareAndSet(message.topic(), message, null)) {
            letGo(message);
            heldBytes.addAndGet(-message.costBytes());
        }
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
