package io.tern.broker.safety;

import io.tern.api.Journal;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// What leaves only when the journal is safe up to a position: replies and answers, in the order they were asked for.
///
/// Bounded by what was asked of this shard: each reply belongs to a packet, or to a hand-over, that was bounded.
final class WaitingActions {

    /// An action that waits.
    private record Waiting(long position, Runnable action) {}

    private final Journal journal;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long safePosition;

    WaitingActions(Journal journal) {
        this.journal = journal;
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

    /// The journal is safe up to a position.
    ///
    /// @param runner runs each action that has waited for it
    void safe(long position, Consumer<Runnable> runner) {
        safePosition = Math.max(safePosition, position);
        while (!waiting.isEmpty() && waiting.peek().position() <= position) {
            runner.accept(waiting.poll().action());
        }
    }
}
