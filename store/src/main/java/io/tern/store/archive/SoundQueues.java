package io.tern.store.archive;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was found of queues in a damaged archive, before it is known whose they are.
final class SoundQueues {

    /// For 500 million shared messages with consecutive numbers, or half a million with thousands between each two.
    private static final long BODIES_BYTES_MAX = 64 << 20;

    /// One queue.
    static final class Queue {
        long first;
        long storedEnd;
        long entries;
        long bytes;
        boolean shares;
        /// How many of the entries say that this is a queue of delayed messages.
        long delayed;
    }

    private final Map<Long, Queue> queues = new HashMap<>();
    private final IdSet bodies = new IdSet();
    private final long bodiesBytesMax;
    private long rememberedUpTo;
    private boolean forgotten;
    private final Set<Long> ended = new HashSet<>();

    SoundQueues() {
        this(BODIES_BYTES_MAX);
    }

    /// @param bodiesBytesMax most bytes in which shared messages are remembered
    SoundQueues(long bodiesBytesMax) {
        this.bodiesBytesMax = bodiesBytesMax;
    }

    /// A shared message is there. They come in the order of their numbers.
    void body(long id) {
        if (bodies.bytes() < bodiesBytesMax) {
            bodies.add(id);
            rememberedUpTo = id;
        } else {
            forgotten = true;
        }
    }

    /// Whether it is known if a shared message is there; else it has to be looked up.
    boolean remembers(long id) {
        return !forgotten || id <= rememberedUpTo;
    }

    /// Whether a shared message is there that it [#remembers].
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
        queue.delayed += entry.delayed() ? 1 : 0;
    }

    /// Queues of delayed messages of which nothing else was found.
    List<Long> delayed() {
        return queues.entrySet().stream()
                .filter(each -> each.getValue().delayed > 0 && !hasEnded(each.getKey()))
                .map(Map.Entry::getKey)
                .toList();
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
