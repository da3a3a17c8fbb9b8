package io.tern.broker.safety;

import io.tern.api.Journal;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import java.util.ArrayDeque;

/// What leaves only when the journal is safe up to a position: replies and answers, in the order they were asked for.
///
/// Bounded by what was asked of this shard: each reply belongs to a packet, or to a hand-over, that was bounded. Of
/// those that a slow disk lets go at once, so many are run at a time that everybody else goes on.
final class WaitingActions {

    /// Actions that are run in one go.
    static final int AT_ONCE_MAX = 2_048;

    /// An action that waits.
    private record Waiting(long position, Runnable action) {}

    private final Journal journal;
    private final ShardThread thread;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long safePosition;
    /// Whether the next of them are run without anybody telling how far the journal is.
    private boolean goesOn;

    /// @param thread runs them
    WaitingActions(Journal journal, ShardThread thread) {
        this.journal = journal;
        this.thread = thread;
        this.safePosition = journal.position();
    }

    /// Runs an action when everything staged so far is safe, at once if it is.
    void run(Runnable action) {
        long position = journal.position();
        if (waiting.isEmpty() && position <= safePosition) {
            action.run(); // The store tells only what has grown: nobody would come back for this one.
        } else {
            waiting.add(new Waiting(position, action));
        }
    }

    /// Whether everything up to a position is safe.
    boolean isSafe(long position) {
        return position <= safePosition;
    }

    /// Whether an action waits.
    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /// The journal is safe up to a position: runs each action that has waited for it, in this call or soon.
    void safe(long position) {
        safePosition = Math.max(safePosition, position);
        if (!goesOn) {
            goOn();
        }
    }

    private void goOn() {
        int done = 0;
        while (isNextSafe() && done < AT_ONCE_MAX) {
            done++;
            thread.guarded(waiting.poll().action());
        }
        thread.steps().add(done * Steps.ACTION);
        goesOn = isNextSafe();
        if (goesOn) {
            thread.later(this::goOn);
        }
    }

    private boolean isNextSafe() {
        return !waiting.isEmpty() && waiting.peek().position() <= safePosition;
    }
}
