package io.tern.store.archive;

import io.tern.api.DueSequence;
import io.tern.wire.TopicName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is lost of a damaged store, by whom it concerns, as far as can be told. "Up to" stands where some of it may
/// have been settled before.
public final class Losses {

    /// So many queues and topics are named; of the others there is the sum.
    static final int NAMED_MAX = 1000;

    private static final class Queue {
        long messages;
        boolean most;
    }

    private final Map<Long, String> names = new HashMap<>();
    private final Map<Long, Queue> queues = new TreeMap<>();
    private final List<String> others = new ArrayList<>();
    private long unnamedOthers;
    private long retained;
    private long sessions;

    /// Nothing yet.
    public Losses() {}

    /// A session or group has a name from now on.
    void name(long epoch, String words) {
        names.put(epoch, words);
    }

    /// A session or group has this name, unless it is known by another.
    void suppose(long epoch, String words) {
        names.putIfAbsent(epoch, words);
    }

    String nameOf(long epoch) {
        return names.getOrDefault(epoch, "session " + epoch + ", whose client is not known");
    }

    /// The name of a queue of delayed messages.
    static String delayed(long epoch) {
        return "delayed messages " + epoch;
    }

    /// A delayed message, in words.
    static String delayed(TopicName topic, long sequence) {
        return "the delayed message to '" + topic + "', due at "
                + Instant.ofEpochMilli(DueSequence.dueMillis(sequence));
    }

    /// Something else that may be lost, or have been so anyway.
    void maybe(String words) {
        other("maybe " + words);
    }

    /// Messages of one queue.
    ///
    /// @param most whether there may be less
    void messages(long epoch, long count, boolean most) {
        if (count > 0) {
            Queue queue = queues.computeIfAbsent(epoch, key -> new Queue());
            queue.messages += count;
            queue.most |= most;
        }
    }

    /// A whole session or group, of which there may be messages left.
    void session(long epoch) {
        sessions++;
        other("session " + epoch + ", whose client is not known");
    }

    /// A retained message.
    void retained(String topic) {
        retained++;
        other("the retained message of '" + topic + "'");
    }

    /// Something else.
    void other(String words) {
        if (others.size() < NAMED_MAX) {
            others.add(words);
        } else {
            unnamedOthers++;
        }
    }

    /// Whether nothing is lost that is known of.
    ///
    /// @return true if so
    public boolean isEmpty() {
        return queues.isEmpty() && others.isEmpty();
    }

    /// Messages in queues, at most.
    ///
    /// @return count
    public long messages() {
        return queues.values().stream().mapToLong(queue -> queue.messages).sum();
    }

    /// Retained messages whose topic is known.
    ///
    /// @return count
    public long retained() {
        return retained;
    }

    /// Sessions and groups.
    ///
    /// @return count
    public long sessions() {
        return sessions;
    }

    /// For people.
    ///
    /// @return a line each, none if nothing is lost
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        queues.forEach((epoch, queue) -> {
            if (lines.size() < NAMED_MAX) {
                lines.add("lost: " + (queue.most ? "up to " : "") + queue.messages
                        + (queue.messages == 1 ? " message" : " messages") + " in the queue of " + nameOf(epoch));
            }
        });
        if (queues.size() > NAMED_MAX) {
            lines.add("lost: messages in " + (queues.size() - NAMED_MAX) + " other queues");
        }
        others.forEach(each -> lines.add("lost: " + each));
        if (unnamedOthers > 0) {
            lines.add("lost: " + unnamedOthers + " other things of this kind");
        }
        if (queues.size() > 1) {
            lines.add("lost in all: up to " + messages() + " messages in " + queues.size() + " queues");
        }
        return lines;
    }
}
