package io.tern.app;

import io.tern.api.Loop;
import io.tern.api.Turn;
import java.util.ArrayDeque;

/// A loop without a thread: it does something when it is told to.
final class MemoryLoop implements Loop {

    private final MemoryPeer peer;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Turn turn;
    private boolean woken;
    private long turnAtMillis = Turn.IDLE;
    private boolean running;

    MemoryLoop(MemoryPeer peer) {
        this.peer = peer;
    }

    @Override
    public void bind(Turn newTurn) {
        turn = newTurn;
        woken = true;
    }

    @Override
    public boolean inLoop() {
        return running;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void wake() {
        woken = true;
    }

    long turnAtMillis() {
        return turnAtMillis;
    }

    /// Does what is due.
    ///
    /// @return false if there was nothing
    boolean step() {
        boolean due = woken || turnAtMillis <= peer.nowMillis();
        if (tasks.isEmpty() && !due) {
            return false;
        }
        running = true;
        try {
            while (!tasks.isEmpty()) {
                tasks.poll().run();
            }
            if (woken || due) {
                woken = false;
                long again = turn.turn(peer.nowMillis());
                woken |= again <= peer.nowMillis();
                turnAtMillis = again <= peer.nowMillis() ? Turn.IDLE : again;
            }
        } finally {
            running = false;
        }
        return true;
    }
}
