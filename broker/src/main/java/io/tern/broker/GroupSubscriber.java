package io.tern.broker;

import io.tern.api.Message;
import io.tern.broker.index.Subscriber;

/// Where a shared group stands in the index. With its first durable member, and when the last one has left, it takes
/// another, since whether a subscriber is durable doesn't change while it stands there: a publisher waits for a group
/// that keeps messages, and for no other.
final class GroupSubscriber implements Subscriber {

    private final SharedGroup group;
    private final boolean durable;
    private int position;

    GroupSubscriber(SharedGroup group, boolean durable) {
        this.group = group;
        this.durable = durable;
    }

    SharedGroup group() {
        return group;
    }

    @Override
    public boolean offer(Message message, long transaction) {
        return group.offer(message, transaction);
    }

    @Override
    public Subscriber successor() {
        GroupSubscriber now = group.standing();
        return now.position < 0 ? null : now;
    }

    @Override
    public int shard() {
        return group.home().number();
    }

    @Override
    public boolean durable() {
        return durable;
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
