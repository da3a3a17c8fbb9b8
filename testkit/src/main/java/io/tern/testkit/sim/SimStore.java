package io.tern.testkit.sim;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.Store;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A store that keeps nothing and takes its time: what is committed becomes safe at once or later, as the seed says.
final class SimStore implements Store, Actor {

    private final Simulation sim;
    private final boolean late;
    private final UnsafeRecords unsafe = new UnsafeRecords();
    private final List<SimJournal> journals = new ArrayList<>();
    private final Map<Long, String> clientIds = new HashMap<>();

    SimStore(Simulation sim, boolean late) {
        this.sim = sim;
        this.late = late;
    }

    @Override
    public Durability durability() {
        return Durability.SYNC;
    }

    @Override
    public void recover(Recovered into) {
        // Nothing was kept.
    }

    @Override
    public long firstId() {
        return 0;
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        sim.fail("a queue was to be read back that was never kept", null);
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public Journal open(int shard, Loop loop, Progress progress) {
        SimJournal journal = new SimJournal((SimLoop) loop, progress);
        journals.add(journal);
        return journal;
    }

    @Override
    public int options() {
        int count = 0;
        for (SimJournal journal : journals) {
            count += journal.behind() ? 1 : 0;
        }
        return count;
    }

    @Override
    public void act(int option) {
        int left = option;
        for (SimJournal journal : journals) {
            if (journal.behind() && left-- == 0) {
                journal.complete();
                return;
            }
        }
    }

    /// What may still be lost.
    UnsafeRecords unsafe() {
        return unsafe;
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private final class SimJournal implements Journal {

        private final SimLoop loop;
        private final Progress progress;
        private long staged;
        private long committed;
        private long durable;

        SimJournal(SimLoop loop, Progress progress) {
            this.loop = loop;
            this.progress = progress;
        }

        boolean behind() {
            return durable < committed && !loop.stalled();
        }

        void complete() {
            durable += sim.random().portion((int) Math.min(1000, committed - durable));
            sim.trace().event(loop, "safe", durable, committed);
            loop.run(() -> progress.durable(durable));
        }

        private BooleanSupplier safe() {
            long position = staged;
            return () -> durable >= position;
        }

        private int id(Message message) {
            byte[] payload = message.payload();
            return payload.length < 4 ? -1 : SimMessage.id(payload);
        }

        private void stage() {
            if (!loop.inLoop()) {
                sim.fail("the journal of " + loop + " was written elsewhere", null);
            }
            staged++;
        }

        @Override
        public void sessionOpened(long epoch, String clientId, long expirySeconds, Will will) {
            clientIds.put(epoch, clientId);
            stage();
        }

        @Override
        public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed) {
            stage();
        }

        @Override
        public void willGone(long epoch) {
            stage();
        }

        @Override
        public void sessionEnded(long epoch) {
            stage();
            unsafe.ended(epoch);
        }

        @Override
        public void subscribed(long epoch, String filter, int options, int identifier) {
            stage();
        }

        @Override
        public void unsubscribed(long epoch, String filter) {
            stage();
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
            stage();
            unsafe.queued(id(message), clientIds.get(epoch), epoch, sequence, safe());
        }

        @Override
        public void received(long epoch, long sequence) {
            stage();
        }

        @Override
        public void settled(long epoch, long sequence) {
            stage();
            unsafe.settled(clientIds.get(epoch), epoch, sequence);
        }

        @Override
        public void inboundOpened(long epoch, int packetId, long transaction) {
            stage();
            unsafe.opened(clientIds.get(epoch), packetId, safe());
        }

        @Override
        public void inboundReleased(long epoch, int packetId) {
            stage();
        }

        @Override
        public void committed(long transaction) {
            stage();
        }

        @Override
        public void retainedSet(Message message, long sequence) {
            stage();
            unsafe.retained(id(message), safe());
        }

        @Override
        public void retainedCleared(TopicName topic, long sequence) {
            stage();
        }

        @Override
        public void shared(Message message) {
            // Bodies are not kept.
        }

        @Override
        public long position() {
            return staged;
        }

        @Override
        public int stagedBytes() {
            return 0;
        }

        @Override
        public void commit() {
            committed = staged;
            if (!late && durable < committed) {
                durable = committed;
                progress.durable(durable);
            }
        }
    }
}
