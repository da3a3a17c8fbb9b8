package io.tern.broker;

import io.tern.api.Loop;
import io.tern.broker.time.Steps;
import java.util.function.Consumer;

/// Does one thing to each of many, so many at a time that everybody else goes on: whose number a client chooses, or how
/// many clients there are, must not be what a turn lasts. For one shard's thread.
final class Slices {

    /// How many at a time.
    static final int SLICE = 256;

    private final Shard shard;
    private final Loop loop;

    Slices(Shard shard, Loop loop) {
        this.shard = shard;
        this.loop = loop;
    }

    /// The first slice at once, the others between what else the loop has to do. What is thrown about one of them
    /// doesn't keep the others from theirs.
    <T> void each(T[] all, Consumer<T> step) {
        from(0, all, step);
    }

    private <T> void from(int first, T[] all, Consumer<T> step) {
        int end = Math.min(all.length, first + SLICE);
        shard.steps.add(Steps.ONE_OF_MANY * (end - first));
        for (int i = first; i < end; i++) {
            T one = all[i];
            shard.guarded(() -> step.accept(one));
        }
        if (end < all.length) {
            loop.execute(() -> {
                shard.enter();
                from(end, all, step);
            });
        }
    }
}
