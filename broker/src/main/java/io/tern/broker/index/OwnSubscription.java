package io.tern.broker.index;

import io.tern.api.Message;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Subscribe;

/// A subscription that is one session's alone, as it stands in the index: what matches goes to that session.
public final class OwnSubscription extends Subscription implements Subscriber {

    private final Session session;
    private int position;
    private int lastSubscribe;

    /// As it was granted.
    ///
    /// @param session whose
    /// @param filter as the client wrote it
    /// @param item its options
    /// @param identifier 0 for none
    public OwnSubscription(Session session, String filter, Subscribe.Item item, int identifier) {
        super(filter, item, identifier);
        this.session = session;
    }

    /// Whether a SUBSCRIBE hasn't asked yet for the retained messages that match.
    ///
    /// @param subscribe its number
    /// @return true the first time it is asked for that number
    public boolean isNewTo(int subscribe) {
        boolean isNew = lastSubscribe != subscribe;
        lastSubscribe = subscribe;
        return isNew;
    }

    @Override
    public boolean offer(Message message, long transaction) {
        return session.offer(this, message, transaction);
    }

    @Override
    public boolean offer(Message message, long transaction, Overlaps overlaps) {
        if (session.wants(this, message)) {
            overlaps.add(session, this);
        }
        return false;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public int shard() {
        return session.shard();
    }

    /// At QoS 0 nothing is kept, however long its session lasts.
    @Override
    public boolean durable() {
        return session.durable() && qos() > 0;
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void position(int newPosition) {
        position = newPosition;
    }
}
