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

    private final RetainedIndex<Message> byTopic = new RetainedIndex<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final long limitBytes;

    /// @param limitBytes most bytes of retained messages, see [Message#costBytes]
    Retained(long limitBytes) {
        this.limitBytes = limitBytes;
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
            long moreBytes = message.costBytes() - (before == null ? 0 : before.costBytes());
            if (heldBytes.addAndGet(moreBytes) > limitBytes && moreBytes > 0) {
                heldBytes.addAndGet(-moreBytes);
                return false;
            }
            if (byTopic.compareAndSet(message.topic(), before, message)) {
                return true;
            }
            heldBytes.addAndGet(-moreBytes); // Another shard was faster.
        }
    }

    /// Removes a topic's message [MQTT-3.3.1-6].
    void clear(TopicName topic) {
        Message before = byTopic.remove(topic);
        if (before != null) {
            heldBytes.addAndGet(-before.costBytes());
        }
    }

    /// Removes a message that has expired, unless another has taken its place.
    void expire(Message message) {
        if (byTopic.compareAndSet(message.topic(), message, null)) {
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
