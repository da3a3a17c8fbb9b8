package io.tern.engine.queue;

/// A lender to whom nothing matters.
public class AnyLender implements Lender {

    private long place = -1;

    @Override
    public final void placed(long sequence) {
        place = sequence;
    }

    @Override
    public final long place() {
        return place;
    }

    @Override
    public int[] subscriptionIdentifiers() {
        return null;
    }

    @Override
    public void settled() {
        // Nobody waits for it.
    }
}
