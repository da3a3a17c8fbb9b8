package io.tern.store.archive;

import io.tern.api.Loop;
import io.tern.api.Turn;
import java.util.ArrayDeque;

/// A loop whose tasks run when the test says so.
class FakeLoop implements Loop {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
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
        throw new UnsupportedOperationException();
    }
}
