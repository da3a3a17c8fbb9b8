package io.tern.engine.queue;

/// Memory that is counted and never there.
final class CountingMemory implements Memory {

    long heldBytes;
    long spilledBytes;

    @Override
    public void add(long bytes) {
        heldBytes += bytes;
    }

    @Override
    public long roomBytes(boolean connected) {
        return 0;
    }

    @Override
    public void spilled(long bytes) {
        spilledBytes += bytes;
    }
}
