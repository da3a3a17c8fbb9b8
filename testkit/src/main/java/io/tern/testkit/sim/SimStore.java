package io.tern.testkit.sim;

import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/// A store that keeps nothing and takes its time: what is committed becomes safe at once or later, as the seed says.
final class SimStore implements Store, Actor {

    private final Simulation sim;
    private final boolean late;
    private final UnsafeRecords unsafe = new UnsafeRecords();
    private final List<SimJournal> journals = new ArrayList<>();

    SimStore(Simulation sim, boolean late) {
        this.sim = sim;
        this.late = late;
    }

    @Override
    public Journal open(int shard, Loop loop, LongConsumer onDurable) {
        SimJournal journal = new SimJournal((SimLoop) loop, onDurable);
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
        private final LongConsumer onDurable;
        private long staged;
        private long committed;
        private long durable;

        SimJournal(SimLoop loop, LongConsumer onDurable) {
            this.loop = loop;
            this.onDurable = onDurable;
        }

        boolean behind() {
            return durable < committed && !loop.stalled();
        }

        void complete() {
            durable += sim.random().portion((int) Math.min(1000, committed - durable));
            sim.trace().event(loop, "safe", durable, committed);
            loop.run(() -> onDurable.accept(durable));
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
        public void sessionOpened(String clientId, long epoch, long expirySeconds) {
            stage();
        }

        @Override
        public void sessionEnded(String clientId, long epoch) {
            stage();
            unsafe.ended(epoch);
        }

        @Override
        public void subscribed(String clientId, long epoch, String filter, int options, int identifier) {
            stage();
        }

        @Override
        public void unsubscribed(String clientId, long epoch, String filter) {
            stage();
        }

        @Override
        public void queued(String clientId, long epoch, long sequence, Message message, int qos) {
            stage();
            unsafe.queued(id(message), clientId, epoch, sequence, safe());
        }

        @Override
        public void received(String clientId, long epoch, long sequence) {
            stage();
        }

        @Override
        public void settled(String clientId, long epoch, long sequence) {
            stage();
            unsafe.settled(clientId, epoch, sequence);
        }

        @Override
        public void inboundOpened(String clientId, long epoch, int packetId) {
            stage();
            unsafe.opened(clientId, packetId, safe());
        }

        @Override
        public void inboundReleased(String clientId, long epoch, int packetId) {
            stage();
        }

        @Override
        public void retainedSet(Message message) {
            stage();
            unsafe.retained(id(message), safe());
        }

        @Override
        public void retainedCleared(TopicName topic) {
            stage();
        }

        @Override
        public long position() {
            return staged;
        }

        @Override
        public void commit() {
            committed = staged;
            if (!late && durable < committed) {
                durable = committed;
                onDurable.accept(durable);
            }
        }
    }
}
