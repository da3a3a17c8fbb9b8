package io.tern.broker.index;

import io.tern.api.Message;

/// A subscriber with nothing behind it.
final class TestSubscriber implements Subscriber {

    private final int shard;
    private boolean durable;
    private int position = -1;

    TestSubscriber(int shard) {
        this(shard, false);
    }

    TestSubscriber(int shard, boolean durable) {
        this.shard = shard;
        this.durable = durable;
    }

    void durable(boolean nowDurable) {
        durable = nowDurable;
    }

    @Override
    public boolean offer(Message message, long transaction) {
        return false;
    }

    @Override
    public int shard() {
        return shard;
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
