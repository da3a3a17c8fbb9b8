package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.journal.JournalRecords;
import io.tern.wire.TopicName;
import io.tern.wire.Will;

/// Says by whom what is left of a damaged frame concerns, as far as it makes sense. It is believed no further than
/// that: nothing of it is kept, and all of it may have been settled, replaced or ended later.
final class LostRecords implements JournalRecords {

    private final Losses losses;

    LostRecords(Losses losses) {
        this.losses = losses;
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        losses.suppose(epoch, "client '" + clientId + "'");
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        losses.suppose(epoch, "group '" + filter + "'");
    }

    @Override
    public void delayedOpened(long epoch) {
        losses.suppose(epoch, Losses.delayed(epoch));
    }

    @Override
    public void delayedEnded(long epoch) {
        sessionEnded(epoch);
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        losses.suppose(epoch, Losses.delayed(epoch));
        losses.messages(epoch, 1, true);
        losses.maybe(Losses.delayed(message.topic(), sequence));
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        losses.maybe("the subscription to '" + filter + "' of " + losses.nameOf(epoch));
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        losses.messages(epoch, 1, true);
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        losses.messages(epoch, 1, true);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        losses.maybe("the retained message of '" + message.topic() + "'");
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        losses.maybe("that the retained message of '" + topic + "' was cleared");
    }

    @Override
    public void sessionEnded(long epoch) {
        losses.maybe("the end of " + losses.nameOf(epoch));
    }

    @Override
    public void groupEnded(long epoch) {
        sessionEnded(epoch);
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        losses.maybe("the end of the subscription to '" + filter + "' of " + losses.nameOf(epoch));
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {}

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {}

    @Override
    public void willGone(long epoch) {}

    @Override
    public void body(long id, Message message) {}

    @Override
    public void received(long epoch, long sequence) {}

    @Override
    public void settled(long epoch, long sequence) {}

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {}

    @Override
    public void inboundReleased(long epoch, int packetId) {}

    @Override
    public void committed(long transaction) {}
}
