package io.tern.testkit.sim;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Progress;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.wire.Will;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One process's door to its store, and who looks at what goes through it: holds the broker to the contract of the port
/// and knows what may still be lost.
final class WatchedStore implements Store {

    /// Sequences of delayed messages come in any order, up to here.
    static final long ANY_SEQUENCE = 1L << 62;

    private final Simulation sim;
    private final Store store;
    private final ModelState said;
    private final boolean nothingLost;
    private final UnsafeRecords unsafe = new UnsafeRecords();
    private final List<WatchedJournal> journals = new ArrayList<>();
    private final Map<Long, String> clientIds = new HashMap<>();
    private final Map<Long, Long> ends = new HashMap<>();
    private final Set<Long> reading = new HashSet<>();
    /// Places of delayed messages that were given.
    private final Set<Delayed> delayed = new HashSet<>();

    /// @param said what all processes together have said, as far as it may be there
    /// @param nothingLost whether the process before this one was told that all it had said is safe
    WatchedStore(Simulation sim, Store store, ModelState said, boolean nothingLost) {
        this.sim = sim;
        this.store = store;
        this.said = said;
        this.nothingLost = nothingLost;
        sim.checks().begin();
    }

    /// What may still be lost.
    UnsafeRecords unsafe() {
        return unsafe;
    }

    /// Whether a crash would lose nothing.
    boolean isSafe() {
        for (WatchedJournal journal : journals) {
            if (journal.durable < journal.position()) {
                return false;
            }
        }
        return true;
    }

    /// @return the most that any shard has staged
    int stagedBytes() {
        int most = 0;
        for (WatchedJournal journal : journals) {
            most = Math.max(most, journal.stagedBytes());
        }
        return most;
    }

    @Override
    public Durability durability() {
        return store.durability();
    }

    @Override
    public long firstId() {
        return store.firstId();
    }

    @Override
    public boolean full() {
        boolean full = store.full();
        if (full) {
            sim.diskIsFull();
        }
        return full;
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public void recover(Recovered into) {
        ModelState found = new ModelState();
        store.recover(new WatchedRecovered(sim, List.of(found, into), clientIds, ends));
        said.crash();
        String difference = nothingLost && sim.faults().comparesStore() ? said.differenceTo(found) : null;
        if (difference != null) {
            sim.fail("the store has " + difference, null);
        }
        if (nothingLost && difference == null && sim.faults().comparesStore()) {
            said.continueFrom(found);
        } else {
            said.become(found);
        }
    }

    @Override
    public Journal open(int shard, Loop loop, Progress progress) {
        WatchedJournal journal = new WatchedJournal((SimLoop) loop, sim.checks().promises().open(loop.toString()));
        journal.journal = store.open(shard, loop, journal.watch(progress));
        journals.add(journal);
        return journal;
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        if (!reading.add(epoch)) {
            sim.fail("two readings of session " + epoch + " at once", null);
        }
        if (from >= end || end > ends.getOrDefault(epoch, 0L)) {
            sim.fail("session " + epoch + " is read from " + from + " to " + end + " of " + ends.get(epoch), null);
        }
        for (WatchedJournal journal : journals) {
            for (Queued queued : journal.unsafeQueued) {
                if (queued.epoch == epoch && queued.sequence < end && queued.position > journal.durable) {
                    sim.fail("message " + queued.sequence + " of session " + epoch + " is read back too early", null);
                }
            }
        }
        store.read(epoch, from, end, maxBytes, loop, answer -> {
            reading.remove(epoch);
            sim.trace().event(loop, "reads", from, answer.next());
            then.accept(answer);
        });
    }

    @Override
    public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
        for (RetainedId id : wanted) {
            for (WatchedJournal journal : journals) {
                Long position = journal.retainedAt.get(id.sequence());
                if (position != null && position > journal.durable) {
                    sim.fail("what is retained as " + id + " is read back too early", null);
                }
            }
        }
        store.readRetained(wanted, loop, waits, messages -> {
            sim.trace().event(loop, "reads retained", wanted.size(), messages.size());
            for (int i = 0; i < messages.size(); i++) {
                check(wanted.get(i), messages.get(i));
            }
            then.accept(messages);
        });
    }

    /// What was not replaced has to be there.
    private void check(RetainedId id, Message found) {
        Message message = said.retained(id);
        boolean same = found == null || message == null || Arrays.equals(found.payload(), message.payload());
        if (message != null && found == null || !same) {
            sim.fail("what is retained as " + id + " is not what was read back", null);
        }
    }

    private record Delayed(long epoch, long sequence) {}

    private record Queued(long epoch, long sequence, long position) {}

    private final class WatchedJournal extends RecordsAsCalls implements Journal {

        private final SimLoop loop;
        private final Promises.Log log;
        private final ArrayDeque<Queued> unsafeQueued = new ArrayDeque<>();
        private final Map<Long, Long> retainedAt = new HashMap<>();
        private Journal journal;
        private long written;
        private long durable;
        private long kept;

        WatchedJournal(SimLoop loop, Promises.Log log) {
            this.loop = loop;
            this.log = log;
        }

        Progress watch(Progress progress) {
            return new Progress() {
                @Override
                public void written(long position) {
                    written = position;
                    log.written(position);
                    progress.written(position);
                }

                @Override
                public boolean awaitsWritten() {
                    return progress.awaitsWritten();
                }

                @Override
                public void kept(long position) {
                    if (!loop.inLoop() || position <= kept || position > journal.position()) {
                        sim.fail(loop + " is told of " + position + " after " + kept, null);
                    }
                    kept = position;
                    progress.kept(position);
                }

                @Override
                public void durable(long position) {
                    if (!loop.inLoop() || position <= durable || position > journal.position()) {
                        sim.fail(loop + " is told of " + position + " after " + durable, null);
                    }
                    if (position == journal.position() && journal.stagedBytes() > 0) {
                        sim.fail(loop + " is told that all is durable that was staged", null);
                    }
                    durable = position;
                    log.durable(position);
                    sim.checks().completed();
                    kept = Math.max(kept, durable);
                    while (!unsafeQueued.isEmpty() && unsafeQueued.peek().position <= durable) {
                        unsafeQueued.poll();
                    }
                    progress.durable(position);
                }
            };
        }

        @Override
        void take(long epoch, Consumer<Records> call) {
            if (!loop.inLoop()) {
                sim.fail("the journal of " + loop + " was written elsewhere", null);
            }
            call.accept(journal);
            call.accept(said);
            log.said(journal.position(), epoch, call);
        }

        private BooleanSupplier safe() {
            long position = journal.position();
            return () -> kept >= position;
        }

        /// As safe as the operator wants it for the topic.
        private BooleanSupplier safe(Message message) {
            long position = journal.position();
            return message.durability() == Durability.OS ? () -> written >= position : safe();
        }

        private static int id(Message message) {
            byte[] payload = message.payload();
            return payload.length < 4 ? -1 : SimMessage.id(payload);
        }

        private void known(long epoch) {
            if (!clientIds.containsKey(epoch)) {
                sim.fail("session " + epoch + " was never opened in the journal", null);
            }
        }

        @Override
        public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
            String before = clientIds.put(epoch, clientId);
            if (before != null && !before.equals(clientId)) {
                sim.fail("session " + epoch + " of " + clientId + " was " + before + "'s", null);
            }
            super.sessionOpened(epoch, clientId, owner, expirySeconds, will);
        }

        @Override
        public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
            known(epoch);
            super.sessionLeft(epoch, atMillis, expirySeconds, willOwed, sentEnd);
            if (expirySeconds == 0) {
                unsafe.ended(epoch); // It ends with its will.
            }
        }

        @Override
        public void sessionEnded(long epoch) {
            known(epoch);
            super.sessionEnded(epoch);
            unsafe.ended(epoch);
        }

        @Override
        public void groupOpened(long epoch, String filter) {
            clientIds.put(epoch, filter);
            super.groupOpened(epoch, filter);
        }

        @Override
        public void groupEnded(long epoch) {
            known(epoch);
            super.groupEnded(epoch);
            unsafe.ended(epoch);
        }

        @Override
        public void delayedOpened(long epoch) {
            clientIds.put(epoch, "delayed " + epoch);
            ends.put(epoch, ANY_SEQUENCE);
            super.delayedOpened(epoch);
        }

        @Override
        public void delayedEnded(long epoch) {
            known(epoch);
            super.delayedEnded(epoch);
            unsafe.ended(epoch);
        }

        @Override
        public void delayed(long epoch, long sequence, Message message, long transaction) {
            known(epoch);
            if (sequence < 0 || sequence >= ANY_SEQUENCE || !delayed.add(new Delayed(epoch, sequence))) {
                sim.fail("message " + sequence + " of " + clientIds.get(epoch) + " is given again", null);
            }
            super.delayed(epoch, sequence, message, transaction);
            unsafe.queued(id(message), clientIds.get(epoch), epoch, sequence, safe(message));
        }

        @Override
        public void subscribed(long epoch, String filter, int options, int identifier) {
            known(epoch);
            super.subscribed(epoch, filter, options, identifier);
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
            known(epoch);
            if (sequence < ends.getOrDefault(epoch, 0L)) {
                sim.fail("message " + sequence + " of session " + epoch + " comes after " + ends.get(epoch), null);
            }
            ends.put(epoch, sequence + 1);
            super.queued(epoch, sequence, message, qos, retain, identifiers, transaction);
            unsafe.queued(id(message), clientIds.get(epoch), epoch, sequence, safe(message));
            unsafeQueued.add(new Queued(epoch, sequence, journal.position()));
        }

        @Override
        public void settled(long epoch, long sequence) {
            known(epoch);
            super.settled(epoch, sequence);
            unsafe.settled(clientIds.get(epoch), epoch, sequence);
        }

        @Override
        public void inboundOpened(long epoch, int packetId, long transaction) {
            known(epoch);
            super.inboundOpened(epoch, packetId, transaction);
            unsafe.opened(clientIds.get(epoch), packetId, safe());
        }

        @Override
        public void retainedSet(Message message, long sequence) {
            super.retainedSet(message, sequence);
            retainedAt.put(sequence, journal.position());
            unsafe.retained(id(message), safe(message));
        }

        @Override
        public void shared(Message message) {
            journal.shared(message);
        }

        @Override
        public long position() {
            return journal.position();
        }

        @Override
        public int stagedBytes() {
            return journal.stagedBytes();
        }

        @Override
        public void sent() {
            journal.sent();
        }

        @Override
        public long commit(long nowMillis) {
            log.commits(journal.position());
            return journal.commit(nowMillis);
        }
    }
}
