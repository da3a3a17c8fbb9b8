package io.tern.store;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.List;
import java.util.function.Consumer;

/// Durability `none`: records are counted and forgotten, and a commit is answered at once.
///
/// It keeps the contract of the port, completions included, so that a shard waits for its records in the same way
/// whatever lies behind.
public final class NoStore implements Store {

    /// Opens nothing, since nothing is kept.
    public NoStore() {}

    @Override
    public Durability durability() {
        return Durability.NONE;
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
    public Journal open(int shard, Loop loop, Progress progress) {
        return new Counting(progress);
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        throw new IllegalStateException("nothing is kept that could be read back");
    }

    @Override
    public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
        throw new IllegalStateException("nothing is kept that could be read back");
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private static final class Counting implements Journal {

        private final Progress progress;
        private long staged;
        private long committed;

        Counting(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
            staged++;
        }

        @Override
        public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
            staged++;
        }

        @Override
        public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
            staged++;
        }

        @Override
        public void willGone(long epoch) {
            staged++;
        }

        @Override
        public void sessionEnded(long epoch) {
            staged++;
        }

        @Override
        public void groupOpened(long epoch, String filter) {
            staged++;
        }

        @Override
        public void groupEnded(long epoch) {
            staged++;
        }

        @Override
        public void delayedOpened(long epoch) {
            staged++;
        }

        @Override
        public void delayedEnded(long epoch) {
            staged++;
        }

        @Override
        public void delayed(long epoch, long sequence, Message message, long transaction) {
            staged++;
        }

        @Override
        public void subscribed(long epoch, String filter, int options, int identifier) {
            staged++;
        }

        @Override
        public void unsubscribed(long epoch, String filter) {
            staged++;
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
            staged++;
        }

        @Override
        public void received(long epoch, long sequence) {
            staged++;
        }

        @Override
        public void settled(long epoch, long sequence) {
            staged++;
        }

        @Override
        public void inboundOpened(long epoch, int packetId, long transaction) {
            staged++;
        }

        @Override
        public void inboundReleased(long epoch, int packetId) {
            staged++;
        }

        @Override
        public void committed(long transaction) {
            staged++;
        }

        @Override
        public void retainedSet(Message message, long sequence) {
            staged++;
        }

        @Override
        public void retainedCleared(TopicName topic, long sequence) {
            staged++;
        }

        @Override
        public void shared(Message message) {
            // No body is stored.
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
        public void sent() {
            // Nothing waits here.
        }

        @Override
        public long commit(long nowMillis) {
            if (committed < staged) {
                committed = staged;
                progress.written(committed);
                progress.durable(committed);
            }
            return Long.MAX_VALUE;
        }
    }
}
