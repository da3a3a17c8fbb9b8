package io.tern.broker;

import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// A store that writes its records down for the test, and answers at once, or only when the test lets it.
final class MemoryStore implements Store {

    private final List<Records> journals = new ArrayList<>();
    private boolean held;

    @Override
    public Journal open(int shard, Loop loop, LongConsumer onDurable) {
        Records records = new Records(loop, onDurable);
        journals.add(records);
        return records;
    }

    @Override
    public void close() {}

    /// From now on nothing is safe until [#release].
    void hold() {
        held = true;
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
        private final Loop loop;
        private final LongConsumer onDurable;
        private final List<String> records = new ArrayList<>();
        private long committed;
        private long answered;

        Records(Loop loop, LongConsumer onDurable) {
            this.loop = loop;
            this.onDurable = onDurable;
        }

        @Override
        public void sessionOpened(String clientId, long epoch, long expirySeconds) {
            records.add("opened " + clientId + " " + expirySeconds);
        }

        @Override
        public void sessionEnded(String clientId, long epoch) {
            records.add("ended " + clientId);
        }

        @Override
        public void subscribed(String clientId, long epoch, String filter, int options, int identifier) {
            records.add("subscribed " + clientId + " " + filter);
        }

        @Override
        public void unsubscribed(String clientId, long epoch, String filter) {
            records.add("unsubscribed " + clientId + " " + filter);
        }

        @Override
        public void queued(String clientId, long epoch, long sequence, Message message, int qos) {
            records.add("queued " + clientId + " " + sequence);
        }

        @Override
        public void received(String clientId, long epoch, long sequence) {
            records.add("received " + clientId + " " + sequence);
        }

        @Override
        public void settled(String clientId, long epoch, long sequence) {
            records.add("settled " + clientId + " " + sequence);
        }

        @Override
        public void inboundOpened(String clientId, long epoch, int packetId) {
            records.add("inbound " + clientId + " " + packetId);
        }

        @Override
        public void inboundReleased(String clientId, long epoch, int packetId) {
            records.add("released " + clientId + " " + packetId);
        }

        @Override
        public void retainedSet(Message message) {
            records.add("retained " + message.topic());
        }

        @Override
        public void retainedCleared(TopicName topic) {
            records.add("cleared " + topic);
        }

        @Override
        public long position() {
            return records.size();
        }

        @Override
        public void commit() {
            committed = records.size();
            if (!held) {
                answer();
            }
        }

        void release() {
            loop.execute(this::answer);
        }

        private void answer() {
            // Only what has grown is told: that is the port's contract.
            if (answered < committed) {
                answered = committed;
                onDurable.accept(answered);
            }
        }
    }
}
