package io.tern.store;

import io.tern.api.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// What queues of delayed messages, and those of the sessions that get them, hold after a sequence of turns.
final class DelayedModel {

    private record Part(long transaction, long epoch, long place, String words) {}

    private final TreeSet<Long> delayed = new TreeSet<>();
    private final TreeMap<Long, TreeMap<Long, String>> queues = new TreeMap<>();
    private final TreeMap<Long, TreeSet<Integer>> inbound = new TreeMap<>();
    private final List<Part> parts = new ArrayList<>();

    static String words(Message message) {
        return message.topic() + " " + message.payload().length + " " + message.qos() + message.retain() + " "
                + message.properties() + " " + message.publisherId() + " " + message.owner() + " "
                + message.expiresAtMillis();
    }

    DelayedModel copy() {
        DelayedModel copy = new DelayedModel();
        copy.delayed.addAll(delayed);
        queues.forEach((epoch, queue) -> copy.queues.put(epoch, new TreeMap<>(queue)));
        inbound.forEach((epoch, open) -> copy.inbound.put(epoch, new TreeSet<>(open)));
        copy.parts.addAll(parts);
        return copy;
    }

    void open(long epoch) {
        delayed.add(epoch);
    }

    void end(long epoch) {
        delayed.remove(epoch);
        queues.remove(epoch);
    }

    void put(long transaction, long epoch, long place, String words) {
        if (transaction == 0) {
            queue(epoch).put(place, words);
        } else {
            parts.add(new Part(transaction, epoch, place, words));
        }
    }

    void inbound(long transaction, long epoch, int packetId) {
        if (transaction == 0) {
            inbound.computeIfAbsent(epoch, key -> new TreeSet<>()).add(packetId);
        } else {
            parts.add(new Part(transaction, epoch, packetId, null));
        }
    }

    void commit(long transaction) {
        for (Part each : List.copyOf(parts)) {
            if (each.transaction != transaction) {
                continue;
            }
            parts.remove(each);
            if (each.words == null) {
                inbound(0, each.epoch, (int) each.place);
            } else {
                put(0, each.epoch, each.place, each.words);
            }
        }
    }

    void settle(long epoch, long place) {
        queue(epoch).remove(place);
    }

    /// What waits for its commit gets none.
    void endRun() {
        parts.clear();
    }

    TreeMap<Long, String> queue(long epoch) {
        return queues.computeIfAbsent(epoch, key -> new TreeMap<>());
    }

    List<Long> queues() {
        return List.copyOf(delayed);
    }

    /// Epoch and sequence of all that is delayed, in the order in which it is due.
    List<List<Long>> places() {
        List<List<Long>> places = new ArrayList<>();
        for (long epoch : delayed) {
            queue(epoch).keySet().forEach(sequence -> places.add(List.of(epoch, sequence)));
        }
        places.sort((a, b) -> Long.compare(a.get(1), b.get(1)));
        return places;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        delayed.forEach(epoch -> lines.add("delayed " + epoch));
        queues.forEach((epoch, queue) -> queue.forEach((place, words) ->
                lines.add("queue " + epoch + " at " + place + ": " + words)));
        inbound.forEach((epoch, open) -> open.forEach(packetId -> lines.add("inbound " + epoch + " " + packetId)));
        return lines;
    }
}
