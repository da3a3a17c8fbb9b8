package io.tern.engine;

import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;

/// A journal that writes down what was staged, in words.
final class RecordingJournal implements Journal {

    final List<String> records = new ArrayList<>();

    @Override
    public void sessionOpened(String clientId, long epoch, long expirySeconds) {
        records.add("opened " + expirySeconds);
    }

    @Override
    public void sessionEnded(String clientId, long epoch) {
        records.add("ended");
    }

    @Override
    public void subscribed(String clientId, long epoch, String filter, int options, int identifier) {
        records.add("subscribed " + filter);
    }

    @Override
    public void unsubscribed(String clientId, long epoch, String filter) {
        records.add("unsubscribed " + filter);
    }

    @Override
    public void queued(String clientId, long epoch, long sequence, Message message, int qos) {
        records.add("queued " + sequence + " at " + qos);
    }

    @Override
    public void received(String clientId, long epoch, long sequence) {
        records.add("received " + sequence);
    }

    @Override
    public void settled(String clientId, long epoch, long sequence) {
        records.add("settled " + sequence);
    }

    @Override
    public void inboundOpened(String clientId, long epoch, int packetId) {
        records.add("inbound " + packetId);
    }

    @Override
    public void inboundReleased(String clientId, long epoch, int packetId) {
        records.add("released " + packetId);
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
    public void commit() {}
}
