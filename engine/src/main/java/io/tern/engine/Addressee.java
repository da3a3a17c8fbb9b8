package io.tern.engine;

import io.tern.api.Message;
import io.tern.engine.outbound.OutboxOwner;
import io.tern.engine.outbound.Receiver;
import io.tern.engine.queue.Allowance;
import io.tern.engine.queue.DropReason;

/// A session as its outbox sees it: its shard is told what becomes of messages, and whose they were.
final class Addressee implements OutboxOwner {

    private final Session session;

    Addressee(Session session) {
        this.session = session;
    }

    @Override
    public SessionHost host() {
        return session.host();
    }

    @Override
    public long epoch() {
        return session.epoch();
    }

    @Override
    public boolean durable() {
        return session.durable();
    }

    @Override
    public boolean keeps() {
        return session.keeps();
    }

    @Override
    public Receiver receiver() {
        return session.connection();
    }

    @Override
    public boolean connected() {
        return session.connection() != null;
    }

    @Override
    public Allowance allowance() {
        return session.allowance();
    }

    @Override
    public boolean mayStillReceive(Message message, int qos) {
        return host().deliveryRules().mayStillReceive(session, message, qos);
    }

    @Override
    public int subscriptions() {
        return session.subscriptions().size();
    }

    @Override
    public void later(Runnable action) {
        host().later(session, action);
    }

    @Override
    public void whenSafe(Runnable action) {
        host().whenSafe(action);
    }

    @Override
    public void whenDurable(Runnable action) {
        host().whenDurable(session, action);
    }

    @Override
    public void drain() {
        session.drain();
    }

    @Override
    public void settled(long sequence) {
        if (durable()) {
            host().journal().settled(epoch(), sequence);
        }
    }

    @Override
    public void dropped(Message message, DropReason reason) {
        host().dropped(session, message, reason);
    }

    @Override
    public void droppedUnread(long messages, DropReason reason) {
        host().droppedUnread(session, messages, reason);
    }

    @Override
    public void overwhelmed() {
        host().overwhelmed(session);
    }

    @Override
    public boolean filling() {
        return host().filling(session);
    }

    @Override
    public void read(long from, long to, int maxBytes, boolean durable) {
        host().read(session, from, to, maxBytes, durable);
    }
}
