package io.tern.broker.route;

import io.tern.broker.lane.DataLane;
import java.util.ArrayList;
import java.util.List;

/// The lanes for messages between all pairs of shards, a shard and itself included.
public final class HandoverLanes {

    /// Messages that a lane holds.
    public static final int LANE_MESSAGES = 4096;

    /// Most bytes that a lane holds.
    private static final int LANE_BYTES = 8 * 1024 * 1024;
    /// All lanes together hold no more than this part of the memory for clients.
    private static final int MEMORY_PART = 8;
    private static final int LEAST_BYTES = 64 * 1024;

    private final int shards;
    private final List<DataLane<Handover>> lanes = new ArrayList<>();

    /// @param shards how many there are
    /// @param memoryBytes of which the lanes take a part at most
    public HandoverLanes(int shards, long memoryBytes) {
        this.shards = shards;
        long laneBytes = Math.clamp(memoryBytes / MEMORY_PART / shards / shards, LEAST_BYTES, LANE_BYTES);
        for (int i = 0; i < shards * shards; i++) {
            lanes.add(new DataLane<>(LANE_MESSAGES, laneBytes));
        }
    }

    int shards() {
        return shards;
    }

    DataLane<Handover> lane(int source, int target) {
        return lanes.get(source * shards + target);
    }
}
