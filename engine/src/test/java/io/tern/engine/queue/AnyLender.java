package io.tern.engine.queue;

/// A lender to whom nothing matters.
public final class AnyLender implements Lender {

    @Override
    public int[] subscriptionIdentifiers() {
        return null;
    }

    @Override
    public void settled() {
        // Nobody waits for it.
    }
}
