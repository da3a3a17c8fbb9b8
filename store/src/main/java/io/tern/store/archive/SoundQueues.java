package io.tern.store.archive;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What was found of queues in a damaged archive, before it is known whose they are.
final class SoundQueues {

    /// One queue.
    static final class Queue {
        long first;
        long storedEnd;
        long entries;
        long bytes;
        boolean shares;
    }

    private final Map<Long, Queue> queues = new HashMap<>();
    private final Set<Long> bodies = new HashSet<>();
    private final Set<Long> ended = new HashSet<>();

    void body(long id) {
        bodies.add(id);
    }

    boolean hasBody(long id) {
        return bodies.contains(id);
    }

    void ended(long epoch) {
        ended.add(epoch);
    }

    boolean hasEnded(long epoch) {
        return ended.contains(epoch);
    }

    void entry(long epoch, long sequence, Entries.Entry entry) {
        Queue queue = queues.computeIfAbsent(epoch, key -> new Queue());
        queue.first = queue.entries == 0 ? sequence : queue.first;
        queue.storedEnd = sequence + 1;
        queue.entries++;
        queue.bytes += entry.bytes();
        queue.shares |= entry.bodyId() != 0;
    }

    /// @return null if nothing of it was found
    Queue take(long epoch) {
        return queues.remove(epoch);
    }

    /// Those of sessions of which nothing else was found.
    Map<Long, Queue> left() {
        return queues;
    }
}
