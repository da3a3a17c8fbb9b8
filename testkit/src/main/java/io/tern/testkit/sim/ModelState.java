package io.tern.testkit.sim;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.testkit.sim.KeptSession.Kind;
import io.tern.testkit.sim.KeptSession.Place;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What a store has to know after a sequence of records, in the plainest form: nothing about files, all about meaning.
final class ModelState implements Records, Recovered {

    /// @param message null if there is none any more
    record Latest(TopicName topic, Message message, long sequence) {

        @Override
        public String toString() {
            return sequence + " " + (message == null ? "none" : SimMessage.id(message.payload()));
        }
    }

    private record Settled(long epoch, long sequence) {}

    /// What counts when its transaction does: a message in a queue, or a packet identifier.
    private record Part(long epoch, long sequence, int packetId) {}

    private final TreeMap<Long, KeptSession> sessions = new TreeMap<>();
    /// What a crash could bring back.
    private final List<Settled> unsureSettled = new ArrayList<>();
    private final TreeMap<Long, List<Part>> transactions = new TreeMap<>();
    private final TreeMap<String, Latest> retained = new TreeMap<>();

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        sessions.computeIfAbsent(epoch, number -> new KeptSession(clientId, Kind.SESSION))
                .opened(owner, expirySeconds, will);
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.leftMillis = atMillis;
            kept.sentEnd = sentEnd;
            kept.expirySeconds = expirySeconds;
            kept.will = willOwed ? kept.will : null;
        }
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.sentEnd = end;
            kept.looseFirst = looseFirst;
            kept.looseEnd = looseEnd;
        }
    }

    @Override
    public void willGone(long epoch) {
        KeptSession kept = sessions.get(epoch);
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
        sessions.computeIfAbsent(epoch, number -> new KeptSession(filter, Kind.GROUP));
    }

    @Override
    public void groupEnded(long epoch) {
        sessions.remove(epoch);
    }

    @Override
    public void delayedOpened(long epoch) {
        sessions.computeIfAbsent(epoch, number -> new KeptSession("delayed " + epoch, Kind.DELAYED));
    }

    @Override
    public void delayedEnded(long epoch) {
        sessions.remove(epoch);
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        queued(epoch, sequence, message, message.qos(), message.retain(), null, transaction);
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.subscriptions.remove(filter); // The order is that of the last change.
            kept.subscriptions.put(filter, new KeptSession.Subscribed(filter, options, identifier));
        }
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.subscriptions.remove(filter);
        }
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        KeptSession kept = sessions.get(epoch);
        if (kept == null) {
            return;
        }
        Place place = new Place(message, qos, retain, identifiers, false);
        kept.end = Math.max(kept.end, sequence + 1);
        if (transaction == 0) {
            kept.queue.put(sequence, place);
        } else {
            kept.undecided.put(sequence, place);
            decideLater(transaction, new Part(epoch, sequence, 0));
        }
    }

    private void decideLater(long transaction, Part part) {
        transactions.computeIfAbsent(transaction, number -> new ArrayList<>()).add(part);
    }

    @Override
    public void received(long epoch, long sequence) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.end = Math.max(kept.end, sequence + 1);
            kept.queue.computeIfPresent(sequence, (key, place) -> place.asReceived());
        }
    }

    @Override
    public void settled(long epoch, long sequence) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.queue.remove(sequence);
            kept.end = Math.max(kept.end, sequence + 1); // It may have been in memory only.
            unsureSettled.add(new Settled(epoch, sequence));
            kept.undecided.remove(sequence);
        }
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null && transaction == 0) {
            kept.inbound.add(packetId);
        } else if (kept != null) {
            decideLater(transaction, new Part(epoch, 0, packetId));
        }
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        KeptSession kept = sessions.get(epoch);
        if (kept != null) {
            kept.inbound.remove(packetId);
        }
    }

    @Override
    public void committed(long transaction) {
        List<Part> parts = transactions.remove(transaction);
        if (parts != null) {
            parts.forEach(this::decided);
        }
    }

    private void decided(Part part) {
        KeptSession kept = sessions.get(part.epoch);
        if (kept == null) {
            return;
        }
        if (part.packetId > 0) {
            kept.inbound.add(part.packetId);
            return;
        }
        Place place = kept.undecided.remove(part.sequence);
        if (place != null) {
            kept.queue.put(part.sequence, place);
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

    /// The same, but for what is unsure.
    ///
    /// @param epochs of whom it is wanted
    ModelState copy(Set<Long> epochs) {
        ModelState copy = new ModelState();
        for (long epoch : epochs) {
            KeptSession kept = sessions.get(epoch);
            if (kept != null) {
                copy.sessions.put(epoch, kept.copy());
            }
        }
        transactions.forEach((transaction, parts) -> copy.transactions.put(transaction, new ArrayList<>(parts)));
        return copy;
    }

    /// What stands in a queue, read back.
    void contents(long epoch, List<Stored> messages) {
        KeptSession kept = sessions.get(epoch);
        kept.queue.clear();
        kept.unknownFrom = Long.MAX_VALUE;
        messages.forEach(stored -> kept.queue.put(stored.sequence(), Place.of(stored)));
    }

    Set<Long> epochs() {
        return sessions.keySet();
    }

    KeptSession session(long epoch) {
        return sessions.get(epoch);
    }

    Map<String, Latest> retained() {
        return retained;
    }

    void tell(Recovered into) {
        sessions.forEach((epoch, kept) -> {
            switch (kept.kind) {
                case GROUP -> into.group(epoch, kept.clientId);
                case DELAYED -> into.delayed(epoch);
                case SESSION -> into.session(epoch, kept.clientId, kept.owner, kept.expirySeconds, kept.will,
                        kept.leftMillis, kept.sentEnd);
            }
            kept.subscriptions.forEach((filter, subscribed) ->
                    into.subscription(epoch, filter, subscribed.options(), subscribed.identifier()));
            kept.inbound.forEach(packetId -> into.inbound(epoch, packetId));
            if (kept.isLoose()) {
                into.loose(epoch, kept.looseFirst, kept.looseEnd);
            }
            if (kept.end > 0 || kept.isLoose()) {
                long bytes = kept.queue.values().stream().mapToLong(place -> place.message().costBytes()).sum();
                into.queue(epoch, kept.first(), kept.end, kept.queue.size(), bytes);
            }
        });
        retained.values().forEach(latest -> {
            if (latest.message != null) {
                Message message = copy(latest.message);
                RetainedId id = new RetainedId(latest.topic, latest.sequence);
                into.retained(id, message.owner(), message.expiresAtMillis(), message.costBytes(), () -> message);
            }
        });
    }

    Store.Reading read(long epoch, long from, long end, int maxBytes) {
        KeptSession kept = sessions.get(epoch);
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
            Message message = place.received() ? null : copy(place.message());
            if (kept.kind == Kind.DELAYED) {
                message.ownedBy(place.message().owner());
            }
            bytes += message == null ? 0 : message.costBytes();
            messages.add(new Stored(each.getKey(), message, place.qos(), place.retain(), place.identifiers()));
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
    public void delayed(long epoch) {
        delayedOpened(epoch);
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
    public void queue(long epoch, long first, long end, long messages, long bytes) {
        KeptSession kept = sessions.get(epoch);
        kept.end = end;
        if (kept.kind == Kind.DELAYED) {
            kept.unknownFrom = first;
            return;
        }
        for (long sequence = first; sequence < end; sequence++) {
            kept.queue.put(sequence, Place.UNKNOWN);
        }
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        retainedSet(message.get(), id.sequence());
    }

    /// Compares what another one has told with what is here.
    ///
    /// @return the first difference in words, null if there is none
    String differenceTo(ModelState told) {
        if (!told.sessions.keySet().equals(sessions.keySet())) {
            return "sessions " + told.sessions.keySet() + " instead of " + sessions.keySet();
        }
        for (Map.Entry<Long, KeptSession> each : sessions.entrySet()) {
            KeptSession here = each.getValue();
            KeptSession there = told.sessions.get(each.getKey());
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
    private static boolean isQueue(KeptSession here, KeptSession told, long lowest) {
        long sure = here.queue.entrySet().stream()
                .filter(each -> each.getValue().message() != null)
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
            KeptSession there = told.sessions.get(each.epoch);
            if (there != null && there.mayHave(each.sequence)) {
                sessions.get(each.epoch).queue.put(each.sequence, Place.UNKNOWN);
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
