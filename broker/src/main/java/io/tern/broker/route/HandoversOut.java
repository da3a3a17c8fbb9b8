package io.tern.broker.route;

import io.tern.broker.lane.DataLane;
import io.tern.broker.link.Link;
import io.tern.broker.memory.ShardMemory;
import java.util.ArrayDeque;

/// One shard's way to another for messages: the lane, and behind it what didn't fit, in order.
///
/// Whoever feeds it while the lane is full parses nothing more, so that no more than one message a connection waits
/// here; they go on, in turn, when the lane is half empty.
final class HandoversOut {

    private final DataLane<Handover> lane;
    private final ShardMemory memory;
    private final ArrayDeque<Handover> waiting = new ArrayDeque<>();
    private final ArrayDeque<Link> resting = new ArrayDeque<>();

    /// @param memory of the shard that sends
    HandoversOut(DataLane<Handover> lane, ShardMemory memory) {
        this.lane = lane;
        this.memory = memory;
    }

    /// Sends a message on, or keeps it until there is room.
    ///
    /// @param handover the message
    /// @param source who published it and has to rest if there is no room; null if nobody
    /// @return whether it is in the lane now
    boolean send(Handover handover, Link source) {
        if (waiting.isEmpty() && lane.offer(handover, handover.costBytes())) {
            return true;
        }
        waiting.add(handover);
        memory.add(handover.costBytes());
        if (source != null) {
            source.laneIsFull();
            resting.add(source);
        }
        return false;
    }

    /// Moves what waits into the lane, as far as there is room; then wakes those who rested.
    ///
    /// @return whether anything went into the lane
    boolean pump() {
        boolean moved = false;
        while (!waiting.isEmpty()) {
            Handover first = waiting.peek();
            if (!lane.offer(first, first.costBytes())) {
                return moved;
            }
            waiting.poll();
            memory.add(-first.costBytes());
            moved = true;
        }
        while (!resting.isEmpty()
                && lane.pendingBytes() < lane.maxBytes() / 2
                && lane.size() < HandoverLanes.LANE_MESSAGES / 2) {
            resting.poll().laneHasRoom();
        }
        return moved;
    }

    /// Whether nothing is under way, in the lane or behind it.
    boolean isEmpty() {
        return waiting.isEmpty() && lane.isEmpty();
    }

    /// Whether somebody waits here, for whose sake [#pump] has to be called again.
    boolean stalled() {
        return !waiting.isEmpty() || !resting.isEmpty();
    }
}
