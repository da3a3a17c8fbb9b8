package io.tern.broker;

import io.tern.broker.lane.DataLane;
import java.util.ArrayList;
import java.util.List;

/// The lanes for messages between all pairs of shards, a shard and itself included.
final class Lanes {

    /// All lanes together hold no more than this part of the memory for clients.
    private static final int MEMORY_PART = 8;
    private static final int LEAST_BYTES = 64 * 1024;

    private final int shards;
    private final List<DataLane<Handover>> data = new ArrayList<>();

    /// @param memoryBytes of which the lanes take a part at most
    Lanes(int shards, long memoryBytes) {
        this.shards = shards;
        long laneBytes = Math.clamp(memoryBytes / MEMORY_PART / shards / shards, LEAST_BYTES, Outgoing.LANE_BYTES);
        for (int i = 0; i < shards * shards; i++) {
            data.add(new DataLane<>(Outgoing.LANE_MESSAGES, laneBytes));
        }
    }

    DataLane<Handover> data(int source, int target) {
        return data.get(source * shards + target);
    }
}
