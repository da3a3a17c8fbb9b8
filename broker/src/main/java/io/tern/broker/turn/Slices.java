package io.tern.broker.turn;

import io.tern.broker.time.Steps;
import java.util.function.Consumer;

/// Does one thing to each of many, so many at a time that everybody else goes on: whose number a client chooses, or how
/// many clients there are, must not be what a turn lasts. For one shard's thread.
public final class Slices {

    /// How many at a time.
    public static final int SLICE = 256;

    private final ShardThread thread;

    /// @param thread the shard's
    public Slices(ShardThread thread) {
        this.thread = thread;
    }

    /// The first slice at once, the others between what else the loop has to do. What is thrown about one of them
    /// doesn't keep the others from theirs.
    ///
    /// @param all not changed until the last was
    /// @param step for each
    public <T> void each(T[] all, Consumer<T> step) {
        from(0, all, step);
    }

    private <T> void from(int first, T[] all, Consumer<T> step) {
        int end = Math.min(all.length, first + SLICE);
        thread.steps().add(Steps.ONE_OF_MANY * (end - first));
        for (int i = first; i < end; i++) {
            T one = all[i];
            thread.guarded(() -> step.accept(one));
        }
        if (end < all.length) {
            thread.later(() -> from(end, all, step));
        }
    }
}
