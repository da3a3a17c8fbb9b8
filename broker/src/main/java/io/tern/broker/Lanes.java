package io.tern.broker;

import io.tern.broker.lane.DataLane;
import io.tern.broker.lane.ReplyLane;
import java.util.ArrayList;
import java.util.List;

/// The lanes between all pairs of shards, a shard and itself included.
final class Lanes {

    private final int shards;
    private final List<DataLane<Handover>> data = new ArrayList<>();
    private final List<ReplyLane<Note>> notes = new ArrayList<>();

    Lanes(int shards) {
        this.shards = shards;
        for (int i = 0; i < shards * shards; i++) {
            data.add(new DataLane<>(Outgoing.LANE_MESSAGES, Outgoing.LANE_BYTES));
            notes.add(new ReplyLane<>());
        }
    }

    DataLane<Handover> data(int source, int target) {
        return data.get(source * shards + target);
    }

    ReplyLane<Note> notes(int source, int target) {
        return notes.get(source * shards + target);
    }
}
