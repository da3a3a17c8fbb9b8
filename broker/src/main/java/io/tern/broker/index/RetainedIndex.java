package io.tern.broker.index;

import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.concurrent.ConcurrentSkipListMap;

/// The retained messages in the order of their topics. Any thread may call anything; nothing blocks.
///
/// @param <V> what is kept for a topic
public final class RetainedIndex<V> {

    private final ConcurrentSkipListMap<String, V> byTopic = new ConcurrentSkipListMap<>(TopicOrder.TOPIC_ORDER);

    /// Makes an empty index.
    public RetainedIndex() {
        // Nothing is retained yet.
    }

    /// Sets what is retained for a topic.
    ///
    /// @param topic whose message it is
    /// @param value what to keep
    /// @return what was kept until now, null if nothing
    public V put(TopicName topic, V value) {
        return byTopic.put(topic.value(), value);
    }

    /// Sets what is retained for a topic if that is still what the caller has seen there.
    ///
    /// @param topic whose message it is
    /// @param seen what must be there, compared by equals; null: nothing
    /// @param value what to keep; null: nothing
    /// @return false if something else was there; then nothing has changed
    public boolean compareAndSet(TopicName topic, V seen, V value) {
        String name = topic.value();
        if (seen == null) {
            return value == null ? byTopic.get(name) == null : byTopic.putIfAbsent(name, value) == null;
        }
        return value == null ? byTopic.remove(name, seen) : byTopic.replace(name, seen, value);
    }

    /// Removes what is retained for a topic.
    ///
    /// @param topic whose message it is
    /// @return what was kept until now, null if nothing
    public V remove(TopicName topic) {
        return byTopic.remove(topic.value());
    }

    /// What is retained for a topic.
    ///
    /// @param topic whose message it is
    /// @return null if nothing
    public V get(TopicName topic) {
        return byTopic.get(topic.value());
    }

    /// How many topics have a retained message.
    ///
    /// @return 0 or more; a moment old
    public int size() {
        return byTopic.size();
    }

    /// Starts a walk over the retained messages that a filter matches, in the order of their topics.
    ///
    /// @param filter a `$share/{name}/` in front is not looked at
    /// @return a cursor at the beginning, used by one thread at a time
    public RetainedCursor<V> cursor(TopicFilter filter) {
        return new RetainedCursor<>(byTopic, filter);
    }
}
