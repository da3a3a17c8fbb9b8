package io.tern.broker;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// A store that writes its records down for the test, and answers at once, or only when the test lets it.
final class MemoryStore implements Store {

    private final List<Records> journals = new ArrayList<>();
    private final Map<Long, String> names = new HashMap<>();
    /// Whose sessions were said to be, by their client identifiers.
    final Map<String, Owner> owners = new HashMap<>();
    /// What was asked for; nothing is answered.
    final List<String> readings = new ArrayList<>();
    /// Those who wait for what they read, in the same order.
    final List<Consumer<Reading>> readers = new ArrayList<>();
    /// How many retained messages were asked for each time.
    final List<Integer> retainedReads = new ArrayList<>();
    final Map<RetainedId, Message> retained = new HashMap<>();
    private final List<Runnable> heldReads = new ArrayList<>();
    boolean readsHeld;
    /// Topics whose retained messages stand in the journal alone until the reads are answered.
    final Set<String> inJournal = new HashSet<>();
    /// Of the retained messages asked for no more are read.
    int retainedReadMost = Integer.MAX_VALUE;
    private boolean held;
    /// Tells what a process before this one has left.
    private final Consumer<Recovered> left;
    boolean full;
    double diskPart;
    int stagedBytes;
    /// The same, of one shard's journal alone.
    final int[] stagedBytesOf = new int[8];
    boolean keeps = true;
    long firstId = 1L << 40;
    /// What waits in queues of delayed messages, by their epochs. Is read, as it stands.
    final Map<Long, TreeMap<Long, Message>> delayed = new TreeMap<>();

    MemoryStore(BiConsumer<MemoryStore, Recovered> left) {
        this.left = into -> left.accept(this, into);
    }

    /// Keeps nothing of what was said so far.
    void forget() {
        journals.forEach(journal -> journal.records.clear());
        names.clear();
        owners.clear();
        retained.clear();
    }

    @Override
    public Durability durability() {
        return Durability.SYNC;
    }

    @Override
    public boolean keeps() {
        return keeps;
    }

    @Override
    public void recover(Recovered into) {
        left.accept(into);
    }

    /// What is found of a session.
    void session(Recovered into, long epoch, String clientId, long expirySeconds) {
        session(into, epoch, clientId, null, expirySeconds);
    }

    /// What is found of a session of which it is known whose it is.
    void session(Recovered into, long epoch, String clientId, Owner owner, long expirySeconds) {
        session(into, epoch, clientId, owner, expirySeconds, null);
    }

    /// What is found of a session with a will that is still to be sent.
    void session(Recovered into, long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        session(into, epoch, clientId, owner, expirySeconds, will, Recovered.CONNECTED);
    }

    /// What is found of a session whose will is still owed.
    void session(
            Recovered into,
            long epoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis) {
        names.put(epoch, clientId);
        into.session(epoch, clientId, owner, expirySeconds, will, leftMillis, Records.SENT_UNKNOWN);
    }

    /// What is found of a shared group's queue.
    void group(Recovered into, long epoch, String filter) {
        names.put(epoch, "group " + filter);
        into.group(epoch, filter);
    }

    /// What is found of a queue of delayed messages.
    void delayed(Recovered into, long epoch, TreeMap<Long, Message> queue) {
        names.put(epoch, "delayed " + epoch);
        delayed.put(epoch, new TreeMap<>(queue));
        into.delayed(epoch);
        if (!queue.isEmpty()) {
            long bytes = queue.values().stream().mapToLong(Message::costBytes).sum();
            into.queue(epoch, queue.firstKey(), queue.lastKey() + 1, queue.size(), bytes);
        }
    }

    private Reading readDelayed(TreeMap<Long, Message> queue, long from, long end, int maxBytes) {
        List<Stored> found = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<Long, Message> each : queue.subMap(from, end).entrySet()) {
            if (bytes >= maxBytes) {
                return new Reading(found, each.getKey());
            }
            Message message = copy(each.getValue());
            bytes += message.costBytes();
            found.add(new Stored(each.getKey(), message, message.qos(), message.retain(), null));
        }
        return new Reading(found, end);
    }

    @Override
    public long firstId() {
        return firstId;
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        readings.add("of " + names.get(epoch) + " from " + from + " to " + end);
        TreeMap<Long, Message> queue = delayed.get(epoch);
        if (queue == null) {
            readers.add(reading -> loop.execute(() -> then.accept(reading)));
            return;
        }
        Reading reading = readDelayed(queue, from, end, maxBytes);
        Runnable answer = () -> loop.execute(() -> then.accept(reading));
        if (readsHeld) {
            heldReads.add(answer);
        } else {
            answer.run();
        }
    }

    /// The answer waits until [#answerReads], unless nothing is held.
    @Override
    public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
        retainedReads.add(wanted.size());
        List<RetainedId> read = wanted.subList(0, Math.min(wanted.size(), retainedReadMost));
        Runnable answer = () -> {
            List<Message> messages = new ArrayList<>();
            read.forEach(id -> messages.add(retained.get(id)));
            loop.execute(() -> then.accept(messages));
        };
        boolean waiting = inJournal.contains(wanted.getFirst().topic().value());
        if (waiting) {
            loop.execute(waits);
        }
        if (readsHeld || waiting) {
            heldReads.add(answer);
        } else {
            answer.run();
        }
    }

    /// Answers those who have waited, and all others at once from now on.
    void answerReads() {
        readsHeld = false;
        inJournal.clear();
        heldReads.forEach(Runnable::run);
        heldReads.clear();
    }

    @Override
    public double diskPart() {
        return diskPart;
    }

    @Override
    public boolean full() {
        return full;
    }

    @Override
    public Journal open(int shard, Loop loop, Progress progress) {
        Records records = new Records(shard, loop, progress);
        journals.add(records);
        return records;
    }

    @Override
    public void close() {}

    private static Message copy(Message message) {
        return new Message(message.topic(), message.payload(), message.qos(), message.retain(), message.properties(),
                message.publisherId(), message.expiresAtMillis()).ownedBy(message.owner());
    }

    /// From now on nothing is safe until [#release].
    void hold() {
        held = true;
    }

    /// Everything committed is with the operating system, but not on the disk.
    void write() {
        journals.forEach(Records::write);
    }

    /// Everything committed is safe, and will be at once from now on.
    void release() {
        held = false;
        journals.forEach(Records::release);
    }

    /// All records of a shard, in the order staged.
    List<String> records(int shard) {
        return journals.get(shard).records;
    }

    private final class Records implements Journal {
        private final int shard;
        private final Loop loop;
        private final Progress progress;
        private final List<String> records = new ArrayList<>();
        private long committed;
        private long answered;

        Records(int shard, Loop loop, Progress progress) {
            this.shard = shard;
            this.loop = loop;
            this.progress = progress;
        }

        @Override
        public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
            names.put(epoch, clientId);
            owners.put(clientId, owner);
            records.add("opened " + clientId + " " + expirySeconds);
        }

        @Override
        public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
            records.add("left " + names.get(epoch) + " " + expirySeconds + (willOwed ? " owing the will" : ""));
        }

        @Override
        public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
            // Is there in each test, with what says that its session was opened.
        }

        @Override
        public void willGone(long epoch) {
            records.add("will gone " + names.get(epoch));
        }

        @Override
        public void sessionEnded(long epoch) {
            records.add("ended " + names.get(epoch));
        }

        @Override
        public void groupOpened(long epoch, String filter) {
            names.put(epoch, "group " + filter);
            records.add("opened group " + filter);
        }

        @Override
        public void groupEnded(long epoch) {
            records.add("ended " + names.get(epoch));
        }

        @Override
        public void delayedOpened(long epoch) {
            names.put(epoch, "delayed " + epoch);
            delayed.put(epoch, new TreeMap<>());
            records.add("opened delayed " + epoch);
        }

        @Override
        public void delayedEnded(long epoch) {
            delayed.remove(epoch);
            records.add("ended " + names.get(epoch));
        }

        @Override
        public void delayed(long epoch, long sequence, Message message, long transaction) {
            String part = transaction == 0 ? "" : " in a transaction";
            delayed.get(epoch).put(sequence, copy(message));
            records.add("delayed " + sequence + " " + message.topic() + part);
        }

        @Override
        public void subscribed(long epoch, String filter, int options, int identifier) {
            records.add("subscribed " + names.get(epoch) + " " + filter);
        }

        @Override
        public void unsubscribed(long epoch, String filter) {
            records.add("unsubscribed " + names.get(epoch) + " " + filter);
        }

        @Override
        public void queued(
                long epoch,
                long sequence,
                Message message,
                int qos,
                boolean retain,
                int[] identifiers,
                long transaction) {
            String part = transaction == 0 ? "" : " in a transaction";
            records.add("queued " + names.get(epoch) + " " + sequence + part);
        }

        @Override
        public void received(long epoch, long sequence) {
            records.add("received " + names.get(epoch) + " " + sequence);
        }

        @Override
        public void settled(long epoch, long sequence) {
            if (delayed.containsKey(epoch)) {
                delayed.get(epoch).remove(sequence);
            }
            records.add("settled " + names.get(epoch) + " " + sequence);
        }

        @Override
        public void inboundOpened(long epoch, int packetId, long transaction) {
            records.add("inbound " + names.get(epoch) + " " + packetId);
        }

        @Override
        public void inboundReleased(long epoch, int packetId) {
            records.add("released " + names.get(epoch) + " " + packetId);
        }

        @Override
        public void committed(long transaction) {
            records.add("committed");
        }

        @Override
        public void retainedSet(Message message, long sequence) {
            records.add("retained " + message.topic());
            retained.put(new RetainedId(message.topic(), sequence), copy(message));
        }

        @Override
        public void retainedCleared(TopicName topic, long sequence) {
            records.add("cleared " + topic);
        }

        @Override
        public void shared(Message message) {}

        @Override
        public long position() {
            return records.size();
        }

        @Override
        public int stagedBytes() {
            return Math.max(stagedBytes, stagedBytesOf[shard]);
        }

        @Override
        public void sent() {}

        @Override
        public long commit(long nowMillis) {
            committed = records.size();
            if (!held) {
                answer();
            }
            return Long.MAX_VALUE;
        }

        void release() {
            loop.execute(this::answer);
        }

        void write() {
            loop.execute(() -> progress.written(committed));
        }

        private void answer() {
            // Only what has grown is told: that is the port's contract.
            if (answered < committed) {
                answered = committed;
                progress.written(answered);
                progress.durable(answered);
            }
        }
    }
}
