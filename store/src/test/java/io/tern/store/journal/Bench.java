package io.tern.store.journal;

import io.tern.api.Loop;
import io.tern.api.Progress;
import io.tern.api.Turn;
import java.util.ArrayDeque;

/// A loop that runs when it is told, and notes what its shard was told.
final class Bench implements Loop, Progress {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    int executed;
    int woken;
    long written;
    long durable;
    long kept;
    boolean awaitsWritten = true;

    @Override
    public void bind(Turn turn) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        executed++;
        tasks.add(task);
    }

    @Override
    public void wake() {
        woken++;
    }

    void run() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    @Override
    public void written(long position) {
        assert position > written : position;
        written = position;
    }

    @Override
    public boolean awaitsWritten() {
        return awaitsWritten;
    }

    @Override
    public void kept(long position) {
        assert position > kept : position;
        kept = position;
    }

    @Override
    public void durable(long position) {
        assert position > durable && position <= written : position;
        durable = position;
        kept = Math.max(kept, durable);
    }
}
