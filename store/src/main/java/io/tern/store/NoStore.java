package io.tern.store;

import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.wire.TopicName;
import java.util.function.LongConsumer;

/// Durability `none`: records are counted and forgotten, and a commit is answered at once.
///
/// It keeps the contract of the port, completions included, so that a shard waits for its records in the same way
/// whatever lies behind.
public final class NoStore implements Store {

    /// Opens nothing, since nothing is kept.
    public NoStore() {}

    @Override
    public Journal open(int shard, Loop loop, LongConsumer onDurable) {
        return new Counting(onDurable);
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private static final class Counting implements Journal {

        private final LongConsumer onDurable;
        private long staged;
        private long committed;

        Counting(LongConsumer onDurable) {
            this.onDurable = onDurable;
        }

        @Override
        public void sessionOpened(String clientId, long epoch, long expirySeconds) {
            staged++;
        }

        @Override
        public void sessionEnded(String clientId, long epoch) {
            staged++;
        }

        @Override
        public void subscribed(String clientId, long epoch, String filter, int options, int identifier) {
            staged++;
        }

        @Override
        public void unsubscribed(String clientId, long epoch, String filter) {
            staged++;
        }

        @Override
        public void queued(String clientId, long epoch, long sequence, Message message, int qos) {
            staged++;
        }

        @Override
        public void received(String clientId, long epoch, long sequence) {
            staged++;
        }

        @Override
        public void settled(String clientId, long epoch, long sequence) {
            staged++;
        }

        @Override
        public void inboundOpened(String clientId, long epoch, int packetId) {
            staged++;
        }

        @Override
        public void inboundReleased(String clientId, long epoch, int packetId) {
            staged++;
        }

        @Override
        public void retainedSet(Message message) {
            staged++;
        }

        @Override
        public void retainedCleared(TopicName topic) {
            staged++;
        }

        @Override
        public long position() {
            return staged;
        }

        @Override
        public void commit() {
            if (committed < staged) {
                committed = staged;
                onDurable.accept(committed);
            }
        }
    }
}
