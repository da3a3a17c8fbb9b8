package io.tern.store.archive;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.store.journal.JournalRecords;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Makes up frames as a broker could write them.
final class RandomJournal {

    /// How many packet identifiers are opened outside of transactions.
    private static final int INBOUND_IDENTIFIERS = 20;

    /// A record, told to whoever wants to hear it.
    interface Record extends Consumer<JournalRecords> {}

    private static final class Session {
        final long epoch;
        final TreeMap<Long, Boolean> owed = new TreeMap<>();
        final TreeSet<Long> pending = new TreeSet<>();
        final TreeSet<Long> receivable = new TreeSet<>();
        final TreeSet<Integer> inbound = new TreeSet<>();
        final TreeSet<String> filters = new TreeSet<>();
        final Set<Long> given = new HashSet<>();
        long next;

        Session(long epoch) {
            this.epoch = epoch;
        }

        /// Whether it is a shared group's queue.
        boolean isGroup() {
            return epoch % 4 == 3;
        }

        /// Whether it is a queue of delayed messages.
        boolean isDelayed() {
            return epoch % 4 == 1;
        }

        boolean isOnlyQueue() {
            return isGroup() || isDelayed();
        }
    }

    private static final class Transaction {
        final long id;
        final List<Consumer<Session>> onCommit = new ArrayList<>();
        final List<Session> sessions = new ArrayList<>();

        Transaction(long id) {
            this.id = id;
        }
    }

    /// A retained message's record comes at most so many frames after one with a higher sequence.
    static final int DELAY_FRAMES = 6;

    private record Recent(long id, int frame) {}

    final List<List<Record>> frames = new ArrayList<>();

    private final Random random;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Transaction> open = new ArrayList<>();
    private final List<Recent> bodies = new ArrayList<>();
    private final List<Record> delayed = new ArrayList<>();
    private List<Record> frame;
    private long lastEpoch;
    private long lastId = 1L << 40;
    private long retainedSequence;
    private int counter;

    RandomJournal(Random random) {
        this.random = random;
    }

    void addFrame() {
        frame = new ArrayList<>();
        if (!delayed.isEmpty() && (frames.size() % DELAY_FRAMES == 0 || random.nextBoolean())) {
            frame.addAll(delayed);
            delayed.clear();
        }
        for (int i = random.nextInt(10); i >= 0; i--) {
            something();
        }
        frames.add(frame);
    }

    /// A frame that says nothing that matters.
    void addIdleFrame() {
        frames.add(List.of(records -> records.willGone(1L << 50)));
    }

    /// The process is gone: what it had begun is never finished.
    void endRun() {
        open.clear();
        delayed.clear();
        bodies.clear();
        for (Session session : sessions) {
            session.pending.clear();
        }
        lastId += 1L << 40;
    }

    private void add(Record record) {
        frame.add(record);
    }

    private Session any() {
        return sessions.get(random.nextInt(sessions.size()));
    }

    private void something() {
        int what = random.nextInt(100);
        if (sessions.size() < 2 || what < 4) {
            openSession(new Session(++lastEpoch));
        } else if (what < 6) {
            endSession();
        } else if (what < 14) {
            connection(any());
        } else if (what < 20) {
            subscription(any());
        } else if (what < 50) {
            publish();
        } else if (what < 56) {
            transaction();
        } else if (what < 60) {
            commit();
        } else if (what < 66) {
            inbound(any());
        } else if (what < 72) {
            received(any());
        } else if (what < 92) {
            settled(any());
        } else {
            retained();
        }
    }

    private Owner owner() {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> Owner.of(null);
            case 2 -> Owner.at("192.0.2." + random.nextInt(3));
            default -> Owner.of("user" + random.nextInt(3));
        };
    }

    private void openSession(Session session) {
        sessions.add(session);
        if (session.isGroup()) {
            add(records -> records.groupOpened(session.epoch, "$share/g" + session.epoch + "/a"));
            return;
        }
        if (session.isDelayed()) {
            add(records -> records.delayedOpened(session.epoch));
            return;
        }
        long expiry = random.nextInt(3) == 0 ? 0xFFFF_FFFFL : random.nextInt(1000);
        Owner owner = owner();
        add(records -> records.sessionOpened(session.epoch, "client" + session.epoch, owner, expiry, null));
    }

    private void endSession() {
        Session session = sessions.remove(random.nextInt(sessions.size()));
        if (session.isGroup()) {
            add(records -> records.groupEnded(session.epoch));
        } else if (session.isDelayed()) {
            add(records -> records.delayedEnded(session.epoch));
        } else {
            add(records -> records.sessionEnded(session.epoch));
        }
    }

    private void connection(Session session) {
        if (session.isOnlyQueue()) {
            return;
        }
        Will will = random.nextBoolean()
                ? null
                : new Will(TopicName.of("will/" + random.nextInt(9)), text("gone" + counter++), random.nextInt(3),
                        random.nextBoolean(),
                        random.nextBoolean()
                                ? Properties.NONE
                                : Properties.builder().with(Property.WILL_DELAY_INTERVAL, 7).build());
        long expiry = random.nextInt(1 << 20);
        boolean owed = random.nextBoolean();
        Owner owner = owner();
        long sentEnd = random.nextInt(4) == 0 ? Records.SENT_UNKNOWN : random.nextInt(300);
        long looseFirst = random.nextInt(300);
        long looseEnd = looseFirst + Math.max(0, random.nextInt(40) - 20);
        switch (random.nextInt(4)) {
            case 0 -> {
                add(records ->
                        records.sessionOpened(session.epoch, "client" + session.epoch, owner, expiry, will));
                add(records -> records.mayBeSent(session.epoch, looseEnd + 9, looseFirst, looseEnd));
            }
            case 3 -> add(records -> records.mayBeSent(session.epoch, looseEnd + 90, looseFirst, looseEnd));
            case 1 -> add(records ->
                    records.sessionLeft(session.epoch, 1_700_000_000_000L + expiry, expiry, owed, sentEnd));
            default -> add(records -> records.willGone(session.epoch));
        }
    }

    private void subscription(Session session) {
        if (session.isOnlyQueue()) {
            return;
        }
        if (random.nextBoolean() || session.filters.isEmpty()) {
            String filter = "a/" + random.nextInt(6) + "/#";
            int options = random.nextInt(3) | random.nextInt(3) << 4;
            int identifier = random.nextInt(3) * 100_000;
            session.filters.add(filter);
            add(records -> records.subscribed(session.epoch, filter, options, identifier));
        } else {
            String filter = session.filters.pollFirst();
            add(records -> records.unsubscribed(session.epoch, filter));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Message message() {
        Properties properties = random.nextInt(3) > 0
                ? Properties.NONE
                : Properties.builder().with(Property.CONTENT_TYPE, "t" + counter).build();
        return new Message(TopicName.of("topic/" + random.nextInt(9)),
                text("p" + counter++ + "x".repeat(random.nextInt(20))), random.nextInt(3), random.nextBoolean(),
                properties,
                random.nextBoolean() ? null : "pub" + random.nextInt(3),
                random.nextBoolean() ? Message.NEVER : 1_700_000_000_000L + random.nextInt(1 << 30));
    }

    private int[] identifiers() {
        return random.nextInt(4) > 0 ? null : random.ints(1 + random.nextInt(3), 1, 268_435_455).toArray();
    }

    private void publish() {
        boolean shared = random.nextBoolean();
        long body = shared ? body() : 0;
        for (int i = random.nextInt(5); i >= 0; i--) {
            Session session = any();
            long sequence = queue(session, body, 0);
            session.owed.put(sequence, true);
        }
    }

    private long body() {
        bodies.removeIf(each -> each.frame < frames.size() - 5);
        if (!bodies.isEmpty() && random.nextInt(4) == 0) {
            return bodies.get(random.nextInt(bodies.size())).id;
        }
        long id = ++lastId;
        Message message = message();
        add(records -> records.body(id, message));
        bodies.add(new Recent(id, frames.size()));
        return id;
    }

    /// Due at any time, a few in the same millisecond.
    private long delay(Session session, long transaction) {
        long sequence;
        do {
            sequence = DueSequence.of(1_790_000_000_000L + random.nextInt(9) * 100_000L, random.nextInt(20));
        } while (!session.given.add(sequence));
        long place = sequence;
        Message message = message().ownedBy(owner());
        add(records -> records.delayed(session.epoch, place, message, transaction));
        return sequence;
    }

    private long queue(Session session, long body, long transaction) {
        if (session.isDelayed()) {
            return delay(session, transaction);
        }
        // Numbers are missing where a record was settled before it was written.
        long sequence = session.next + (random.nextInt(8) == 0 ? random.nextInt(3) : 0);
        session.next = sequence + 1;
        int qos = 1 + random.nextInt(2);
        boolean retain = random.nextBoolean();
        int[] identifiers = identifiers();
        if (body != 0) {
            add(records -> records.queuedShared(
                    session.epoch, sequence, body, qos, retain, identifiers, transaction));
        } else {
            Message message = message();
            add(records -> records.queued(session.epoch, sequence, message, qos, retain, identifiers, transaction));
        }
        if (qos == 2) {
            session.receivable.add(sequence);
        }
        return sequence;
    }

    private void transaction() {
        Transaction transaction = new Transaction(++lastId);
        Session publisher = any();
        // None that is opened without one: an identifier in use is not opened again.
        int packetId = 1 + INBOUND_IDENTIFIERS + random.nextInt(0xFFFF - INBOUND_IDENTIFIERS);
        boolean shared = random.nextBoolean();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Session session = any();
            long sequence = queue(session, shared ? body() : 0, transaction.id);
            session.pending.add(sequence);
            transaction.sessions.add(session);
            transaction.onCommit.add(each -> {
                if (each.pending.remove(sequence)) {
                    each.owed.put(sequence, true);
                }
            });
        }
        if (!publisher.isOnlyQueue()) {
            add(records -> records.inboundOpened(publisher.epoch, packetId, transaction.id));
        }
        transaction.sessions.add(publisher);
        transaction.onCommit.add(each -> each.inbound.add(packetId));
        open.add(transaction);
    }

    private void commit() {
        if (open.isEmpty()) {
            return;
        }
        Transaction transaction = open.remove(random.nextInt(open.size()));
        for (int i = 0; i < transaction.sessions.size(); i++) {
            transaction.onCommit.get(i).accept(transaction.sessions.get(i));
        }
        add(records -> records.committed(transaction.id));
    }

    private void inbound(Session session) {
        if (session.isOnlyQueue()) {
            return;
        }
        if (random.nextBoolean() && !session.inbound.isEmpty()) {
            int packetId = session.inbound.pollFirst();
            add(records -> records.inboundReleased(session.epoch, packetId));
            return;
        }
        int packetId = 1 + random.nextInt(INBOUND_IDENTIFIERS);
        if (session.inbound.add(packetId)) {
            add(records -> records.inboundOpened(session.epoch, packetId, 0));
        }
    }

    private void received(Session session) {
        for (long sequence : session.receivable) {
            if (session.owed.containsKey(sequence) && random.nextInt(3) == 0) {
                session.receivable.remove(sequence);
                add(records -> records.received(session.epoch, sequence));
                return;
            }
        }
    }

    private void settled(Session session) {
        if (random.nextInt(12) == 0 && !session.pending.isEmpty()) {
            long sequence = session.pending.pollFirst();
            add(records -> records.settled(session.epoch, sequence));
            return;
        }
        if (session.owed.isEmpty()) {
            return;
        }
        if (random.nextInt(3) == 0) {
            // All from the first on, gaps and all.
            long first = session.owed.firstKey();
            int count = 1 + random.nextInt(6);
            for (long sequence = first; sequence < first + count; sequence++) {
                boolean given = session.isDelayed() ? session.owed.containsKey(sequence) : sequence < session.next;
                if (session.pending.contains(sequence) || !given) {
                    count = (int) (sequence - first);
                }
            }
            session.owed.headMap(first + count).clear();
            int all = count;
            add(records -> records.settledRange(session.epoch, first, all));
            return;
        }
        List<Long> owed = new ArrayList<>(session.owed.keySet());
        long sequence = owed.get(random.nextInt(owed.size()));
        session.owed.remove(sequence);
        add(records -> records.settled(session.epoch, sequence));
    }

    private void retained() {
        long sequence = ++retainedSequence;
        TopicName topic = TopicName.of("r/" + random.nextInt(4));
        Record record;
        if (random.nextInt(3) == 0) {
            record = records -> records.retainedCleared(topic, sequence);
        } else {
            Message message = new Message(
                    topic, text("r" + sequence), 1, true, Properties.NONE, null, Message.NEVER)
                    .ownedBy(random.nextBoolean() ? null : Owner.of("user" + random.nextInt(3)));
            record = records -> records.retainedSet(message, sequence);
        }
        if (random.nextInt(3) == 0) {
            delayed.add(record);
        } else {
            add(record);
        }
    }
}
