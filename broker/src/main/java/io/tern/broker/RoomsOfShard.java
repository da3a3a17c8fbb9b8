package io.tern.broker;

import io.tern.api.Message;
import io.tern.broker.access.Subjects;
import io.tern.broker.connect.MessageRoute;
import io.tern.broker.connect.SessionSubscriptions;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.inbound.Ticket;
import io.tern.wire.TopicName;

/// What the rooms of one shard ask of others that they don't know.
final class RoomsOfShard implements Subjects, SessionSubscriptions, MessageRoute {

    private final Shard shard;

    RoomsOfShard(Shard shard) {
        this.shard = shard;
    }

    @Override
    public Session[] sessions() {
        return shard.sessions().all();
    }

    @Override
    public boolean isMemberFor(Session session, TopicName topic) {
        return shard.memberships.isMemberFor(session, topic);
    }

    @Override
    public void withdraw(Session session, Subscription subscription) {
        shard.subscriptions.withdraw(session, subscription);
    }

    @Override
    public void attached(Session session) {
        shard.memberships.attached(session);
    }

    @Override
    public void detached(Session session) {
        shard.memberships.detached(session);
    }

    @Override
    public void ended(Session session) {
        shard.memberships.ended(session);
    }

    @Override
    public void remove(Session session, Subscription subscription) {
        shard.subscriptions.remove(session, subscription);
    }

    @Override
    public boolean isClear() {
        return shard.router().clear();
    }

    @Override
    public boolean isKnown(TopicName topic) {
        return shard.router().matching().isKnown(topic);
    }

    @Override
    public void publish(Message message, Ticket ticket) {
        shard.router().publish(message, ticket);
    }
}
