package io.tern.store;

import io.tern.api.Loop;
import io.tern.api.Progress;
import io.tern.api.Turn;
import java.util.ArrayDeque;

/// A shard whose tasks the test runs.
final class Shard implements Loop, Progress {

    final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    long durable;

    void run() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

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
        tasks.add(task);
    }

    @Override
    public void wake() {
        // The test goes on by itself.
    }

    @Override
    public void written(long position) {
        // Of no interest here.
    }

    @Override
    public void durable(long position) {
        durable = position;
    }
}
