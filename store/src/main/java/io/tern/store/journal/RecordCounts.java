package io.tern.store.journal;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts records by their type.
final class RecordCounts implements JournalRecords {

    private final long[] counts = new long[RecordType.LIMIT];

    SortedMap<String, Long> byName() {
        SortedMap<String, Long> byName = new TreeMap<>();
        for (int type = 0; type < counts.length; type++) {
            if (counts[type] > 0) {
                byName.put(RecordType.name(type), counts[type]);
            }
        }
        return byName;
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        counts[RecordType.SESSION_OPENED]++;
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        counts[RecordType.SESSION_LEFT]++;
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        counts[RecordType.MAY_BE_SENT]++;
    }

    @Override
    public void willGone(long epoch) {
        counts[RecordType.WILL_GONE]++;
    }

    @Override
    public void sessionEnded(long epoch) {
        counts[RecordType.SESSION_ENDED]++;
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        counts[RecordType.GROUP_OPENED]++;
    }

    @Override
    public void groupEnded(long epoch) {
        counts[RecordType.GROUP_ENDED]++;
    }

    @Override
    public void delayedOpened(long epoch) {
        counts[RecordType.DELAYED_OPENED]++;
    }

    @Override
    public void delayedEnded(long epoch) {
        counts[RecordType.DELAYED_ENDED]++;
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        counts[RecordType.DELAYED]++;
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        counts[RecordType.SUBSCRIBED]++;
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        counts[RecordType.UNSUBSCRIBED]++;
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        counts[RecordType.QUEUED]++;
    }

    @Override
    public void body(long id, Message message) {
        counts[RecordType.BODY]++;
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        counts[RecordType.QUEUED_SHARED]++;
    }

    @Override
    public void received(long epoch, long sequence) {
        counts[RecordType.RECEIVED]++;
    }

    @Override
    public void settled(long epoch, long sequence) {
        counts[RecordType.SETTLED]++;
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        counts[RecordType.INBOUND_OPENED]++;
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        counts[RecordType.INBOUND_RELEASED]++;
    }

    @Override
    public void committed(long transaction) {
        counts[RecordType.COMMITTED]++;
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        counts[RecordType.RETAINED_SET]++;
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        counts[RecordType.RETAINED_CLEARED]++;
    }
}
