package io.tern.testkit.sim;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.function.Consumer;

/// Takes every record as a call that can be made again, to somebody else, as often as wanted.
abstract class RecordsAsCalls implements Records {

    /// A record was said.
    ///
    /// @param epoch of the session, group or delayed queue that it is of, 0 for a transaction and what is retained
    /// @param call says it again
    abstract void take(long epoch, Consumer<Records> call);

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        take(epoch, to -> to.sessionOpened(epoch, clientId, owner, expirySeconds, will));
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        take(epoch, to -> to.sessionLeft(epoch, atMillis, expirySeconds, willOwed, sentEnd));
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        take(epoch, to -> to.mayBeSent(epoch, end, looseFirst, looseEnd));
    }

    @Override
    public void willGone(long epoch) {
        take(epoch, to -> to.willGone(epoch));
    }

    @Override
    public void sessionEnded(long epoch) {
        take(epoch, to -> to.sessionEnded(epoch));
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        take(epoch, to -> to.groupOpened(epoch, filter));
    }

    @Override
    public void groupEnded(long epoch) {
        take(epoch, to -> to.groupEnded(epoch));
    }

    @Override
    public void delayedOpened(long epoch) {
        take(epoch, to -> to.delayedOpened(epoch));
    }

    @Override
    public void delayedEnded(long epoch) {
        take(epoch, to -> to.delayedEnded(epoch));
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        take(epoch, to -> to.delayed(epoch, sequence, message, transaction));
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        take(epoch, to -> to.subscribed(epoch, filter, options, identifier));
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        take(epoch, to -> to.unsubscribed(epoch, filter));
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        take(epoch, to -> to.queued(epoch, sequence, message, qos, retain, identifiers, transaction));
    }

    @Override
    public void received(long epoch, long sequence) {
        take(epoch, to -> to.received(epoch, sequence));
    }

    @Override
    public void settled(long epoch, long sequence) {
        take(epoch, to -> to.settled(epoch, sequence));
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        take(epoch, to -> to.inboundOpened(epoch, packetId, transaction));
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        take(epoch, to -> to.inboundReleased(epoch, packetId));
    }

    @Override
    public void committed(long transaction) {
        take(0, to -> to.committed(transaction));
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        take(0, to -> to.retainedSet(message, sequence));
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        take(0, to -> to.retainedCleared(topic, sequence));
    }
}
