package io.tern.broker;

import io.tern.broker.time.Steps;
import java.util.ArrayDeque;

/// The shared groups of one shard that have something to send, and somebody to send it to. They have a turn's room
/// together: whoever has more to send goes on in the next.
final class ReadyGroups {

    private final Shard shard;
    private final ArrayDeque<SharedGroup> groups = new ArrayDeque<>();

    ReadyGroups(Shard shard) {
        this.shard = shard;
    }

    /// @param group that is in no more
    void add(SharedGroup group) {
        groups.add(group);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    void turn() {
        Steps steps = shard.steps;
        int end = steps.done() + Steps.TURN_MAX;
        int share = Math.max(Steps.SHARE_MIN, Steps.TURN_MAX / Math.max(1, groups.size()));
        for (int i = groups.size(); i > 0 && steps.done() < end; i--) {
            SharedGroup group = groups.poll();
            shard.guarded(() -> group.dispatch(steps.done() + share));
        }
    }
}
