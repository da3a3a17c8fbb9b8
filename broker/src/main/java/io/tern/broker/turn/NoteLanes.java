package io.tern.broker.turn;

import io.tern.broker.lane.ReplyLane;
import java.util.ArrayList;
import java.util.List;

/// The lanes for notes between all pairs of shards, a shard and itself included.
public final class NoteLanes {

    private final int shards;
    private final List<ReplyLane<Note>> lanes = new ArrayList<>();

    /// @param shards how many there are
    public NoteLanes(int shards) {
        this.shards = shards;
        for (int i = 0; i < shards * shards; i++) {
            lanes.add(new ReplyLane<>());
        }
    }

    ReplyLane<Note> lane(int source, int target) {
        return lanes.get(source * shards + target);
    }
}
