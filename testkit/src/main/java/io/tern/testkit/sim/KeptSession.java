package io.tern.testkit.sim;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.Stored;
import io.tern.wire.Will;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a store keeps for one session, one shared group or one queue of delayed messages, in the plainest form.
final class KeptSession {

    enum Kind { SESSION, GROUP, DELAYED }

    record Subscribed(String filter, int options, int identifier) {}

    /// A message in a queue.
    ///
    /// @param message null if it is only known that there may be one
    /// @param received its receiver has it, and PUBREL is owed
    record Place(Message message, int qos, boolean retain, int[] identifiers, boolean received) {

        static final Place UNKNOWN = new Place(null, 0, false, null, false);

        Place asReceived() {
            return new Place(message, qos, retain, identifiers, true);
        }

        /// Whether that is this one, read back; of what its receiver has, only that it is there.
        boolean isAsQueued(Place queued) {
            if (message == null || queued.message == null) {
                return received == queued.received;
            }
            return received == queued.received && qos == queued.qos && retain == queued.retain
                    && Arrays.equals(identifiers, queued.identifiers)
                    && message.topic().equals(queued.message.topic())
                    && Arrays.equals(message.payload(), queued.message.payload());
        }

        static Place of(Stored stored) {
            boolean received = stored.message() == null;
            return new Place(stored.message(), stored.qos(), stored.retain(), stored.identifiers(), received);
        }
    }

    final String clientId;
    final Kind kind;
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
    /// From here on there may be delayed messages of which nothing else is known.
    long unknownFrom = Long.MAX_VALUE;

    KeptSession(String clientId, Kind kind) {
        this.clientId = clientId;
        this.kind = kind;
    }

    KeptSession copy() {
        KeptSession copy = new KeptSession(clientId, kind);
        copy.owner = owner;
        copy.expirySeconds = expirySeconds;
        copy.will = will;
        copy.leftMillis = leftMillis;
        copy.sentEnd = sentEnd;
        copy.looseFirst = looseFirst;
        copy.looseEnd = looseEnd;
        copy.subscriptions.putAll(subscriptions);
        copy.inbound.addAll(inbound);
        copy.queue.putAll(queue);
        copy.undecided.putAll(undecided);
        copy.end = end;
        copy.unknownFrom = unknownFrom;
        return copy;
    }

    /// Its client is there.
    void opened(Owner whose, long forSeconds, Will newWill) {
        owner = whose;
        expirySeconds = forSeconds;
        will = newWill;
        leftMillis = Recovered.CONNECTED;
        sentEnd = Records.SENT_UNKNOWN;
    }

    boolean isLoose() {
        return looseFirst < looseEnd;
    }

    long first() {
        return Math.min(queue.isEmpty() ? end : queue.firstKey(), unknownFrom);
    }

    /// Whether a message may be there, as far as is known.
    boolean mayHave(long sequence) {
        return sequence >= unknownFrom || queue.containsKey(sequence);
    }

    String bounds() {
        return first() + " to " + end;
    }

    @Override
    public String toString() {
        return (kind == Kind.GROUP ? "group " : "") + clientId + " of " + owner + " for " + expirySeconds + " s, "
                + (will == null ? "no will" : "a will to " + will.topic())
                + ", left " + leftMillis + " with " + sentEnd + " sent, " + subscriptions.values()
                + ", open " + inbound + (isLoose() ? ", loose " + looseFirst + " to " + looseEnd : "");
    }
}
