package io.tern.testkit.sim;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// What a store has to know after a sequence of records, in the plainest form: nothing about files, all about meaning.
final class ModelState implements Records, Recovered {

    private record Subscribed(String filter, int options, int identifier) {}

    /// A message in a queue; null if it is only known that there may be one.
    private static final class Place {
        final Message message;
        final int qos;
        final boolean retain;
        final int[] identifiers;
        boolean received;
        boolean settled;

        Place(Message message, int qos, boolean retain, int[] identifiers) {
            this.message = message;
            this.qos = qos;
            this.retain = retain;
            this.identifiers = identifiers;
        }
    }

    private static final class Kept {
        final String clientId;
        final boolean group;
        Owner owner;
        long expirySeconds;
        Will will;
        long leftMillis;
        long sentEnd;
        long looseFirst;
        long looseEnd;
        final Map<String, Subscribed> subscriptions = new LinkedHashMap<>();
        final TreeSet<Integer> inbound = new TreeSet<>();
        final TreeMap<Long, Place> queue = new TreeMap<>();
        /// In transactions that don't count yet.
        final TreeMap<Long, Place> undecided = new TreeMap<>();
        long end;

        Kept(String clientId, boolean group) {
            this.clientId = clientId;
            this.group = group;
        }

        boolean isLoose() {
            return looseFirst < looseEnd;
        }

        long first() {
            return queue.isEmpty() ? end : queue.firstKey();
        }

        String bounds() {
            return first() + " to " + end;
        }

        @Override
        public String toString() {
            return (group ? "group " : "") + clientId + " of " + owner + " for " + expirySeconds + " s, "
                    + (will == null ? "no will" : "a will to " + will.topic())
                    + ", left " + leftMillis + " with " + sentEnd + " sent, " + subscriptions.values()
                    + ", open " + inbound + (isLoose() ? ", loose " + looseFirst + " to " + looseEnd : "");
        }
    }

    /// @param message null if there is none any more
    private record Latest(TopicName topic, Message message, long sequence) {}

    private record Settled(long epoch, long sequence) {}

    private final TreeMap<Long, Kept> sessions = new TreeMap<>();
    /// What a crash could bring back.
    private final List<Settled> unsureSettled = new ArrayList<>();
    private final TreeMap<Long, List<Runnable>> transactions = new TreeMap<>();
    private final TreeMap<String, Latest> retained = new TreeMap<>();

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        Kept kept = sessions.computeIfAbsent(epoch, number -> new Kept(clientId, false));
        kept.owner = owner;
        kept.expirySeconds = expirySeconds;
        kept.will = will;
        kept.leftMillis = Recovered.CONNECTED;
        kept.sentEnd = SENT_UNKNOWN;
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.leftMillis = atMillis;
            kept.sentEnd = sentEnd;
            kept.expirySeconds = expirySeconds;
            kept.will = willOwed ? kept.will : null;
        }
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.sentEnd = end;
            kept.looseFirst = looseFirst;
            kept.looseEnd = looseEnd;
        }
    }

    @Override
    public void willGone(long epoch) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.will = null;
        }
    }

    @Override
    public void sessionEnded(long epoch) {
        sessions.remove(epoch);
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        sessions.computeIfAbsent(epoch, number -> new Kept(filter, true));
    }

    @Override
    public void groupEnded(long epoch) {
        sessions.remove(epoch);
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.subscriptions.remove(filter); // The order is that of the last change.
            kept.subscriptions.put(filter, new Subscribed(filter, options, identifier));
        }
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.subscriptions.remove(filter);
        }
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        Kept kept = sessions.get(epoch);
        if (kept == null) {
            return;
        }
        Place place = new Place(message, qos, retain, identifiers);
        kept.end = Math.max(kept.end, sequence + 1);
        if (transaction == 0) {
            kept.queue.put(sequence, place);
            return;
        }
        kept.undecided.put(sequence, place);
        decideLater(transaction, () -> {
            kept.undecided.remove(sequence);
            if (!place.settled) {
                kept.queue.put(sequence, place);
            }
        });
    }

    private void decideLater(long transaction, Runnable effect) {
        transactions.computeIfAbsent(transaction, number -> new ArrayList<>()).add(effect);
    }

    @Override
    public void received(long epoch, long sequence) {
        Kept kept = sessions.get(epoch);
        Place place = kept == null ? null : kept.queue.get(sequence);
        if (kept != null) {
            kept.end = Math.max(kept.end, sequence + 1);
        }
        if (place != null) {
            place.received = true;
        }
    }

    @Override
    public void settled(long epoch, long sequence) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.queue.remove(sequence);
            kept.end = Math.max(kept.end, sequence + 1); // It may have been in memory only.
            unsureSettled.add(new Settled(epoch, sequence));
            Place undecided = kept.undecided.get(sequence);
            if (undecided != null) {
                undecided.settled = true;
            }
        }
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        Kept kept = sessions.get(epoch);
        if (kept != null && transaction == 0) {
            kept.inbound.add(packetId);
        } else if (kept != null) {
            decideLater(transaction, () -> kept.inbound.add(packetId));
        }
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        Kept kept = sessions.get(epoch);
        if (kept != null) {
            kept.inbound.remove(packetId);
        }
    }

    @Override
    public void committed(long transaction) {
        List<Runnable> effects = transactions.remove(transaction);
        if (effects != null) {
            effects.forEach(Runnable::run);
        }
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        retain(new Latest(message.topic(), message, sequence));
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        retain(new Latest(topic, null, sequence));
    }

    private void retain(Latest latest) {
        retained.merge(latest.topic.value(), latest, (before, after) ->
                after.sequence >= before.sequence ? after : before);
    }

    /// What is settled stays so also after a crash.
    void settledIsSafe() {
        unsureSettled.clear();
    }

    /// Takes over what another one has told, in place of all that is here.
    void become(ModelState told) {
        unsureSettled.clear();
        sessions.clear();
        sessions.putAll(told.sessions);
        transactions.clear();
        retained.clear();
        retained.putAll(told.retained);
    }

    /// The process has ended: what was not decided never will be.
    void crash() {
        transactions.clear();
        sessions.values().forEach(kept -> kept.undecided.clear());
    }

    void tell(Recovered into) {
        sessions.forEach((epoch, kept) -> {
            if (kept.group) {
                into.group(epoch, kept.clientId);
            } else {
                into.session(epoch, kept.clientId, kept.owner, kept.expirySeconds, kept.will, kept.leftMillis,
                        kept.sentEnd);
            }
            kept.subscriptions.forEach((filter, subscribed) ->
                    into.subscription(epoch, filter, subscribed.options, subscribed.identifier));
            kept.inbound.forEach(packetId -> into.inbound(epoch, packetId));
            if (kept.isLoose()) {
                into.loose(epoch, kept.looseFirst, kept.looseEnd);
            }
            if (kept.end > 0 || kept.isLoose()) {
                long bytes = kept.queue.values().stream().mapToLong(place -> place.message.costBytes()).sum();
                into.queue(epoch, kept.first(), kept.end, bytes);
            }
        });
        retained.values().forEach(latest -> {
            if (latest.message != null) {
                Message message = copy(latest.message);
                RetainedId id = new RetainedId(latest.topic, latest.sequence);
                into.retained(id, message.expiresAtMillis(), message.costBytes(), () -> message);
            }
        });
    }

    Store.Reading read(long epoch, long from, long end, int maxBytes) {
        Kept kept = sessions.get(epoch);
        List<Stored> messages = new ArrayList<>();
        if (kept == null) {
            return new Store.Reading(messages, end);
        }
        long next = from;
        int bytes = 0;
        for (Map.Entry<Long, Place> each : kept.queue.subMap(from, end).entrySet()) {
            if (bytes > maxBytes) {
                return new Store.Reading(messages, next);
            }
            Place place = each.getValue();
            Message message = place.received ? null : copy(place.message);
            bytes += message == null ? 0 : message.costBytes();
            messages.add(new Stored(each.getKey(), message, place.qos, place.retain, place.identifiers));
            next = each.getKey() + 1;
        }
        return new Store.Reading(messages, end);
    }

    /// @return null if that is not what is retained
    Message retained(RetainedId id) {
        Latest latest = retained.get(id.topic().value());
        boolean there = latest != null && latest.message != null && latest.sequence == id.sequence();
        return there ? copy(latest.message) : null;
    }

    /// What comes from a disk is never the object that was written there.
    private static Message copy(Message message) {
        return new Message(
                message.topic(),
                message.payload(),
                message.qos(),
                message.retain(),
                message.properties(),
                message.publisherId(),
                message.expiresAtMillis());
    }

    // Taking over what is told of another one.

    @Override
    public void session(
            long epoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis,
            long sentEnd) {
        sessionOpened(epoch, clientId, owner, expirySeconds, will);
        sessions.get(epoch).leftMillis = leftMillis;
        sessions.get(epoch).sentEnd = sentEnd;
    }

    @Override
    public void group(long epoch, String filter) {
        groupOpened(epoch, filter);
    }

    @Override
    public void subscription(long epoch, String filter, int options, int identifier) {
        subscribed(epoch, filter, options, identifier);
    }

    @Override
    public void inbound(long epoch, int packetId) {
        inboundOpened(epoch, packetId, 0);
    }

    @Override
    public void loose(long epoch, long first, long end) {
        sessions.get(epoch).looseFirst = first;
        sessions.get(epoch).looseEnd = end;
    }

    @Override
    public void queue(long epoch, long first, long end, long bytes) {
        Kept kept = sessions.get(epoch);
        kept.end = end;
        for (long sequence = first; sequence < end; sequence++) {
            kept.queue.put(sequence, new Place(null, 0, false, null));
        }
    }

    @Override
    public void retained(RetainedId id, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        retainedSet(message.get(), id.sequence());
    }

    /// Compares what another one has told with what is here.
    ///
    /// @return the first difference in words, null if there is none
    String differenceTo(ModelState told) {
        if (!told.sessions.keySet().equals(sessions.keySet())) {
            return "sessions " + told.sessions.keySet() + " instead of " + sessions.keySet();
        }
        for (Map.Entry<Long, Kept> each : sessions.entrySet()) {
            Kept here = each.getValue();
            Kept there = told.sessions.get(each.getKey());
            if (!here.toString().equals(there.toString())) {
                return there + " instead of " + here;
            }
            if (!isQueue(here, there, lowest(each.getKey()))) {
                return there.clientId + " with a queue from " + there.bounds() + " instead of " + here.bounds();
            }
        }
        String here = retainedInWords();
        String there = told.retainedInWords();
        return here.equals(there) ? null : "retained " + there + " instead of " + here;
    }

    /// The first of a queue may be any up to the first of which it is known that it is there. What was settled before
    /// it was written may leave no trace, so that its sequence is given again.
    private static boolean isQueue(Kept here, Kept told, long lowest) {
        long sure = here.queue.entrySet().stream()
                .filter(each -> each.getValue().message != null)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(told.end);
        return told.end <= here.end && here.queue.tailMap(told.end).isEmpty()
                && told.first() >= Math.min(lowest, told.end) && told.first() <= sure;
    }

    /// Goes on from where another one goes on.
    void continueFrom(ModelState told) {
        sessions.forEach((epoch, kept) -> kept.end = told.sessions.get(epoch).end);
        for (Settled each : unsureSettled) {
            Kept there = told.sessions.get(each.epoch);
            if (there != null && there.queue.containsKey(each.sequence)) {
                sessions.get(each.epoch).queue.put(each.sequence, new Place(null, 0, false, null));
            }
        }
        unsureSettled.clear();
    }

    /// The first that may be in a queue after a crash.
    private long lowest(long epoch) {
        return unsureSettled.stream()
                .filter(each -> each.epoch == epoch)
                .mapToLong(Settled::sequence)
                .reduce(sessions.get(epoch).first(), Math::min);
    }

    private String retainedInWords() {
        StringBuilder words = new StringBuilder();
        retained.forEach((topic, latest) -> {
            if (latest.message != null) {
                words.append(topic).append(' ').append(SimMessage.id(latest.message.payload())).append(", ");
            }
        });
        return words.toString();
    }

    /// @return sessions and queues in words
    String leftovers() {
        StringBuilder words = new StringBuilder();
        sessions.forEach((epoch, kept) -> words.append(kept.clientId)
                .append('/')
                .append(epoch)
                .append(kept.queue.keySet())
                .append(kept.undecided.keySet())
                .append(' '));
        if (!transactions.isEmpty()) {
            words.append("transactions ").append(transactions.keySet());
        }
        return words.toString();
    }
}
