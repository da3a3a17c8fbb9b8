package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.journal.JournalRecords;
import io.tern.store.table.Batch;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Some frames' records, gathered to be applied by one batch: in order where order counts, by session where much of it
/// cancels out.
final class Step implements JournalRecords {

    /// One message for one queue. Either `message`, `bodyId` or `stored` says what.
    ///
    /// @param stored its value, if it waited in the table for its commit or is delayed; else null
    record Entry(
            long sequence,
            Message message,
            long bodyId,
            int qos,
            boolean retain,
            int[] identifiers,
            long transaction,
            byte[] stored) {}

    /// An inbound packet identifier that waits for its commit.
    record InboundPart(int packetId, long transaction) {}

    /// A body and the frame that told it.
    record Body(Message message, long frame) {}

    /// The latest word on a topic's retained message; null if it was cleared.
    record Retained(Message message, long sequence, long frame) {}

    /// What was said of one session, of one shared group's queue or of one of delayed messages.
    static final class Session {

        private static final int OPEN = 1 << 16;

        final long epoch;
        final List<Entry> entries = new ArrayList<>(1);
        final List<InboundPart> inboundParts = new ArrayList<>(0);

        /// Packet identifiers that waited in the table for a commit that came in this step.
        final BitSet movedInbound = new BitSet(0);

        Ranges settled;
        Ranges received;

        /// One more than the highest sequence that was named.
        long end;

        boolean ended;

        /// Whether the batch already sets keys of it that don't stand in the table yet.
        boolean touched;

        private int[] inbound = new int[4];
        private int inboundCount;

        private Session(long epoch) {
            this.epoch = epoch;
        }

        void inbound(int packetId, boolean open) {
            if (inboundCount == inbound.length) {
                inbound = Arrays.copyOf(inbound, 2 * inboundCount);
            }
            inbound[inboundCount++] = packetId | (open ? OPEN : 0);
        }

        int inboundCount() {
            return inboundCount;
        }

        int packetId(int index) {
            return inbound[index] & 0xFFFF;
        }

        boolean opens(int index) {
            return (inbound[index] & OPEN) != 0;
        }

        boolean isSettled(long sequence) {
            return settled != null && settled.contains(sequence);
        }

        boolean isReceived(long sequence) {
            return received != null && received.contains(sequence);
        }
    }

    /// Changes to everything that the three below don't get.
    final Batch batch = new Batch();

    /// Changes to queue entries, to references, to bounds. Each kind of keys has a batch of its own, so that in the end
    /// those stand together that stand together in the table: then each is written beside the one before it.
    final Batch queues = new Batch();
    final Batch references = new Batch();
    final Batch bounds = new Batch();

    final Map<Long, Session> sessions = new LinkedHashMap<>();
    final Map<Long, Body> bodies = new LinkedHashMap<>();
    final Map<TopicName, Retained> retained = new LinkedHashMap<>();
    final Set<Long> committed = new LinkedHashSet<>();
    long highestEpoch;
    long highestId;
    long highestRetained;

    private final ByteWriter value = new ByteWriter(256);
    private Known known = Known.NOTHING;
    private Session last;
    private long frame;
    private long ordinal;
    private long weight;

    /// Whom to ask what comes later.
    void know(Known what) {
        known = what;
    }

    Known known() {
        return known;
    }

    /// The records that follow are of this frame.
    void frame(long sequence) {
        frame = sequence;
        ordinal = 0;
    }

    /// About how many keys will have to be touched.
    long weight() {
        return weight;
    }

    void clear() {
        batch.clear();
        queues.clear();
        references.clear();
        bounds.clear();
        sessions.clear();
        bodies.clear();
        retained.clear();
        committed.clear();
        last = null;
        weight = 0;
    }

    /// All changes in one batch.
    Batch all() {
        batch.addAll(queues);
        batch.addAll(references);
        batch.addAll(bounds);
        return batch;
    }

    Session session(long epoch) {
        if (last == null || last.epoch != epoch) {
            last = sessions.computeIfAbsent(epoch, Session::new);
        }
        return last;
    }

    private void highestId(long id) {
        highestId = Math.max(highestId, id);
    }

    /// @return null if nothing needs to be done for it any more
    private Session alive(long epoch) {
        weight++;
        return known.isEnded(epoch) ? null : session(epoch);
    }

    private void put(Session session, byte[] key) {
        session.touched = true;
        batch.put(key, key.length, value.array(), 0, value.size());
    }

    private void delete(Session session, byte[] key) {
        session.touched = true;
        batch.delete(key);
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        highestEpoch = Math.max(highestEpoch, epoch);
        Session session = alive(epoch);
        if (session == null) {
            return;
        }
        value.clear();
        SessionHead.write(clientId, owner, expirySeconds, value);
        put(session, Keys.session(epoch, Keys.HEAD));
        delete(session, Keys.session(epoch, Keys.LEFT));
        if (will == null) {
            delete(session, Keys.session(epoch, Keys.WILL));
        } else {
            value.clear();
            MessageForm.write(will, value);
            put(session, Keys.session(epoch, Keys.WILL));
        }
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        Session session = alive(epoch);
        if (session == null) {
            return;
        }
        value.clear().varint(expirySeconds).varint(atMillis);
        if (sentEnd != SENT_UNKNOWN) {
            value.varint(sentEnd);
            delete(session, Keys.session(epoch, Keys.SENDABLE));
        }
        put(session, Keys.session(epoch, Keys.LEFT));
        if (!willOwed) {
            delete(session, Keys.session(epoch, Keys.WILL));
        }
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        Session session = alive(epoch);
        if (session == null) {
            return;
        }
        value.clear().varint(end);
        put(session, Keys.session(epoch, Keys.SENDABLE));
        if (looseFirst < looseEnd) {
            value.clear().varint(looseFirst).varint(looseEnd);
            put(session, Keys.session(epoch, Keys.LOOSE));
        } else {
            delete(session, Keys.session(epoch, Keys.LOOSE));
        }
    }

    @Override
    public void willGone(long epoch) {
        Session session = alive(epoch);
        if (session != null) {
            delete(session, Keys.session(epoch, Keys.WILL));
        }
    }

    @Override
    public void sessionEnded(long epoch) {
        weight++;
        session(epoch).ended = true;
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        highestEpoch = Math.max(highestEpoch, epoch);
        Session session = alive(epoch);
        if (session != null) {
            value.clear().raw(filter.getBytes(StandardCharsets.UTF_8));
            put(session, Keys.session(epoch, Keys.GROUP));
        }
    }

    @Override
    public void groupEnded(long epoch) {
        sessionEnded(epoch);
    }

    @Override
    public void delayedOpened(long epoch) {
        highestEpoch = Math.max(highestEpoch, epoch);
        Session session = alive(epoch);
        if (session != null) {
            value.clear();
            put(session, Keys.session(epoch, Keys.DELAYED));
        }
    }

    @Override
    public void delayedEnded(long epoch) {
        sessionEnded(epoch);
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        byte[] stored = null;
        if (message != null) {
            value.clear();
            Entries.writeDelayed(message, value);
            stored = value.copy();
        }
        add(epoch, new Entry(sequence, null, 0, 0, false, null, transaction, stored));
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        Session session = alive(epoch);
        if (session != null) {
            value.clear().varint(frame).varint(ordinal++).octet(options).varint(identifier);
            put(session, Keys.subscription(epoch, filter));
        }
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        Session session = alive(epoch);
        if (session != null) {
            delete(session, Keys.subscription(epoch, filter));
        }
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        add(epoch, new Entry(sequence, message, 0, qos, retain, identifiers, transaction, null));
    }

    @Override
    public void body(long id, Message message) {
        weight++;
        highestId(id);
        bodies.put(id, new Body(message, frame));
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        add(epoch, new Entry(sequence, null, bodyId, qos, retain, identifiers, transaction, null));
    }

    /// As in [#add]: of what has come to its end in frames that are not applied nothing is written.
    @Override
    public boolean wants(long epoch, long sequence) {
        return epoch == NO_QUEUE || !known.isEnded(epoch) && !known.isSettled(epoch, sequence);
    }

    private void add(long epoch, Entry entry) {
        highestId(entry.transaction);
        Session session = alive(epoch);
        if (session == null) {
            return;
        }
        session.end = Math.max(session.end, entry.sequence + 1);
        if (!known.isSettled(epoch, entry.sequence)) {
            session.entries.add(entry);
        }
    }

    @Override
    public void received(long epoch, long sequence) {
        Session session = alive(epoch);
        if (session == null) {
            return;
        }
        session.end = Math.max(session.end, sequence + 1);
        if (session.received == null) {
            session.received = new Ranges();
        }
        session.received.add(sequence, sequence + 1);
    }

    @Override
    public void settled(long epoch, long sequence) {
        settledRange(epoch, sequence, 1);
    }

    @Override
    public void settledRange(long epoch, long first, int count) {
        Session session = alive(epoch);
        if (session == null) {
            return;
        }
        weight += count - 1;
        session.end = Math.max(session.end, first + count);
        if (session.settled == null) {
            session.settled = new Ranges();
        }
        session.settled.add(first, first + count);
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        highestId(transaction);
        Session session = alive(epoch);
        if (session == null || known.isReleased(epoch, packetId)) {
            return;
        }
        if (transaction == 0 || known.isCommitted(transaction) || committed.contains(transaction)) {
            session.inbound(packetId, true);
        } else {
            session.inboundParts.add(new InboundPart(packetId, transaction));
        }
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        known.releasing(epoch, packetId);
        Session session = alive(epoch);
        if (session != null) {
            session.inbound(packetId, false);
            session.inboundParts.removeIf(part -> part.packetId == packetId);
        }
    }

    @Override
    public void committed(long transaction) {
        weight++;
        highestId(transaction);
        committed.add(transaction);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        retained(message.topic(), new Retained(message, sequence, frame));
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        retained(topic, new Retained(null, sequence, frame));
    }

    private void retained(TopicName topic, Retained change) {
        weight++;
        highestRetained = Math.max(highestRetained, change.sequence);
        retained.merge(topic, change, (before, now) -> now.sequence >= before.sequence ? now : before);
    }
}
