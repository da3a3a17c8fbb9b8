package io.tern.engine;

import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Stored;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A journal that writes down what was staged, in words.
final class RecordingJournal implements Journal {

    final List<String> records = new ArrayList<>();
    /// The end of what may be sent, and what of that loose, each time it was told.
    final List<long[]> sendable = new ArrayList<>();
    /// What a store would have kept of the queue, with one session.
    final TreeMap<Long, Stored> kept = new TreeMap<>();

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        records.add("opened " + expirySeconds + (will == null ? "" : " with will"));
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        records.add("left " + expirySeconds + (willOwed ? " owing the will" : ""));
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        sendable.add(new long[] {end, looseFirst, looseEnd});
    }

    @Override
    public void willGone(long epoch) {
        records.add("will gone");
    }

    @Override
    public void sessionEnded(long epoch) {
        records.add("ended");
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        records.add("opened group " + filter);
    }

    @Override
    public void groupEnded(long epoch) {
        records.add("ended group");
    }

    @Override
    public void delayedOpened(long epoch) {
        records.add("opened delayed");
    }

    @Override
    public void delayedEnded(long epoch) {
        records.add("ended delayed");
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        records.add("delayed " + sequence);
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        records.add("subscribed " + filter);
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        records.add("unsubscribed " + filter);
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        kept.put(sequence, new Stored(sequence, message, qos, retain, identifiers));
        records.add("queued " + sequence + " at " + qos + (transaction == 0 ? "" : " in " + transaction));
    }

    @Override
    public void received(long epoch, long sequence) {
        kept.put(sequence, new Stored(sequence, null, 2, false, null));
        records.add("received " + sequence);
    }

    @Override
    public void settled(long epoch, long sequence) {
        kept.remove(sequence);
        records.add("settled " + sequence);
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        records.add("inbound " + packetId);
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        records.add("released " + packetId);
    }

    @Override
    public void committed(long transaction) {
        records.add("committed " + transaction);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        records.add("retained " + message.topic());
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        records.add("cleared " + topic);
    }

    @Override
    public void shared(Message message) {
        // Whose body it is makes no difference here.
    }

    @Override
    public long position() {
        return records.size();
    }

    @Override
    public int stagedBytes() {
        return 0;
    }

    @Override
    public void sent() {}

    @Override
    public long commit(long nowMillis) {
        return Long.MAX_VALUE;
    }
}
