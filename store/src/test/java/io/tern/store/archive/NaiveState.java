package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.store.journal.JournalRecords;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What records add up to, the simplest way.
final class NaiveState implements JournalRecords {

    private static final class Session {
        String clientId;
        String group;
        boolean delayed;
        Owner owner;
        long expiry;
        long left;
        long sentEnd;
        long looseFirst;
        long looseEnd;
        Will will;
        final LinkedHashMap<String, String> filters = new LinkedHashMap<>();
        final TreeMap<Long, String> queue = new TreeMap<>();
        final TreeSet<Integer> inbound = new TreeSet<>();
        long end;
    }

    private record Part(long transaction, long epoch, long sequence, String entry, int packetId) {}

    private final TreeMap<Long, Session> sessions = new TreeMap<>();
    private final Map<Long, Message> bodies = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final Set<Long> early;
    final Set<Long> committed = new HashSet<>();
    private final TreeMap<String, Long> retainedSequences = new TreeMap<>();
    private final TreeMap<String, String> retained = new TreeMap<>();

    NaiveState() {
        this(Set.of());
    }

    /// @param early transactions that count as committed before they are
    NaiveState(Set<Long> early) {
        this.early = early;
    }

    static String describe(Message message) {
        return message.topic() + " '" + new String(message.payload(), StandardCharsets.UTF_8) + "' " + message.qos()
                + " " + message.retain() + " " + message.properties() + " " + message.publisherId() + " "
                + message.expiresAtMillis() + (message.owner() == null ? "" : " of " + message.owner());
    }

    static String entry(Message message, int qos, boolean retain, int[] identifiers) {
        return message == null
                ? "received"
                : describe(message) + " qos " + qos + " " + retain + " " + Arrays.toString(identifiers);
    }

    /// The process ended: what waits for a commit will get none.
    void endRun() {
        parts.clear();
    }

    List<String> describe() {
        List<String> all = new ArrayList<>();
        sessions.forEach((epoch, each) -> {
            all.add(each.delayed ? delayedQueue(epoch) : each.group != null
                    ? group(epoch, each.group)
                    : session(epoch, each.clientId, each.owner, each.expiry, each.will, each.left, each.sentEnd));
            each.filters.forEach((filter, options) -> all.add(epoch + " subscribes to " + filter + " " + options));
            each.inbound.forEach(id -> all.add(epoch + " has open " + id));
            boolean loose = each.looseFirst < each.looseEnd;
            if (loose) {
                all.add(loose(epoch, each.looseFirst, each.looseEnd));
            }
            if (each.end > 0 || loose) {
                long first = each.queue.isEmpty() ? each.end : each.queue.firstKey();
                all.add(queue(epoch, first, each.end, each.queue.size()));
            }
            each.queue.forEach((sequence, entry) -> all.add(epoch + " at " + sequence + ": " + entry));
        });
        retained.forEach((topic, message) -> all.add("retained " + retainedSequences.get(topic) + ": " + message));
        return all;
    }

    /// The entries of a session's queue.
    List<String> entries(long epoch) {
        List<String> entries = new ArrayList<>();
        if (sessions.containsKey(epoch)) {
            sessions.get(epoch)
                    .queue
                    .forEach((sequence, entry) -> entries.add(epoch + " at " + sequence + ": " + entry));
        }
        return entries;
    }

    static String session(long epoch, String clientId, Owner owner, long expiry, Will will, long left, long sentEnd) {
        return epoch + " is " + clientId + (owner == null ? "" : " of " + owner) + " " + expiry + " " + will + " "
                + (left == Recovered.CONNECTED ? "" : left) + (sentEnd == SENT_UNKNOWN ? "" : " sent to " + sentEnd);
    }

    static String loose(long epoch, long first, long end) {
        return epoch + " may have sent " + first + " to " + end;
    }

    static String group(long epoch, String filter) {
        return epoch + " is group " + filter;
    }

    static String delayedQueue(long epoch) {
        return epoch + " is delayed";
    }

    static String queue(long epoch, long first, long end, long messages) {
        return epoch + " queues " + messages + " of " + first + " to " + end;
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        Session session = sessions.computeIfAbsent(epoch, e -> new Session());
        session.clientId = clientId;
        session.owner = owner;
        session.expiry = expirySeconds;
        session.will = will;
        session.left = Recovered.CONNECTED;
        session.sentEnd = SENT_UNKNOWN;
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        Session session = sessions.get(epoch);
        session.left = atMillis;
        session.sentEnd = sentEnd;
        session.expiry = expirySeconds;
        session.will = willOwed ? session.will : null;
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        Session session = sessions.get(epoch);
        session.sentEnd = session.left == Recovered.CONNECTED ? end : session.sentEnd;
        session.looseFirst = looseFirst;
        session.looseEnd = looseEnd;
    }

    @Override
    public void willGone(long epoch) {
        if (sessions.containsKey(epoch)) {
            sessions.get(epoch).will = null;
        }
    }

    @Override
    public void sessionEnded(long epoch) {
        sessions.remove(epoch);
        parts.removeIf(part -> part.epoch == epoch);
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        sessions.computeIfAbsent(epoch, e -> new Session()).group = filter;
    }

    @Override
    public void groupEnded(long epoch) {
        sessionEnded(epoch);
    }

    @Override
    public void delayedOpened(long epoch) {
        sessions.computeIfAbsent(epoch, e -> new Session()).delayed = true;
    }

    @Override
    public void delayedEnded(long epoch) {
        sessionEnded(epoch);
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        queued(epoch, sequence, message, message.qos(), message.retain(), null, transaction);
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        sessions.get(epoch).filters.remove(filter);
        sessions.get(epoch).filters.put(filter, options + " " + identifier);
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        sessions.get(epoch).filters.remove(filter);
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        Session session = sessions.get(epoch);
        session.end = Math.max(session.end, sequence + 1);
        String entry = entry(message, qos, retain, identifiers);
        if (transaction == 0 || early.contains(transaction)) {
            session.queue.put(sequence, entry);
        } else {
            parts.add(new Part(transaction, epoch, sequence, entry, 0));
        }
    }

    @Override
    public void body(long id, Message message) {
        bodies.put(id, message);
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        queued(epoch, sequence, bodies.get(bodyId), qos, retain, identifiers, transaction);
    }

    @Override
    public void received(long epoch, long sequence) {
        sessions.get(epoch).queue.put(sequence, "received");
    }

    @Override
    public void settled(long epoch, long sequence) {
        sessions.get(epoch).queue.remove(sequence);
        sessions.get(epoch).end = Math.max(sessions.get(epoch).end, sequence + 1);
        parts.removeIf(part -> part.epoch == epoch && part.entry != null && part.sequence == sequence);
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        if (transaction == 0) {
            sessions.get(epoch).inbound.add(packetId);
        } else {
            parts.add(new Part(transaction, epoch, 0, null, packetId));
        }
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        sessions.get(epoch).inbound.remove(packetId);
    }

    @Override
    public void committed(long transaction) {
        committed.add(transaction);
        for (Part part : parts) {
            if (part.transaction == transaction && part.entry != null) {
                sessions.get(part.epoch).queue.put(part.sequence, part.entry);
            } else if (part.transaction == transaction) {
                sessions.get(part.epoch).inbound.add(part.packetId);
            }
        }
        parts.removeIf(part -> part.transaction == transaction);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        retained(message.topic().value(), sequence, describe(message));
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        retained(topic.value(), sequence, null);
    }

    private void retained(String topic, long sequence, String message) {
        if (retainedSequences.getOrDefault(topic, 0L) < sequence) {
            retainedSequences.put(topic, sequence);
            retained.remove(topic);
            if (message != null) {
                retained.put(topic, message);
            }
        }
    }
}
