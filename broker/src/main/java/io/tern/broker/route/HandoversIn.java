package io.tern.broker.route;

import io.tern.broker.lane.DataLane;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;

/// One shard's ends of the lanes on which others send messages for its subscribers. For its thread.
public final class HandoversIn {

    /// Messages taken from one data lane in one turn.
    private static final int HANDOVERS_PER_TURN = 512;

    private final ShardThread thread;
    private final Safety safety;
    private final Fanout fanout;
    private final DataLane<Handover>[] messages;
    private int nextSource;
    private boolean held;

    /// @param thread the shard's
    /// @param safety of the shard: while its journal has too much to write nothing is taken
    /// @param fanout brings them to the shard's subscribers
    /// @param lanes between all shards
    @SuppressWarnings({"unchecked", "rawtypes"})
    public HandoversIn(ShardThread thread, Safety safety, Fanout fanout, HandoverLanes lanes) {
        this.thread = thread;
        this.safety = safety;
        this.fanout = fanout;
        int shards = lanes.shards();
        this.messages = new DataLane[shards];
        for (int other = 0; other < shards; other++) {
            messages[other] = lanes.lane(other, thread.number());
        }
    }

    /// Delivers messages. While the disk is far behind they stay in their lanes, so that these fill and those who feed
    /// them rest: what is staged here is bounded, whichever shard its publishers are on.
    ///
    /// @return whether there may be more
    public boolean turn() {
        boolean more = false;
        try {
            int end = thread.steps().done() + Steps.TURN_MAX;
            for (int i = 0; i < messages.length && fanout.idle() && thread.steps().done() < end; i++) {
                // In turn, since a walk of many slices, or the end of what a turn has room for, ends this round: the
                // others come first in the next.
                DataLane<Handover> lane = messages[nextSource];
                nextSource = (nextSource + 1) % messages.length;
                int taken = 0;
                Handover handover;
                while (goesOn(end) && taken < HANDOVERS_PER_TURN && (handover = lane.poll()) != null) {
                    taken++;
                    fanout.begin(handover);
                }
                more |= taken == HANDOVERS_PER_TURN || thread.steps().done() >= end;
            }
        } catch (Throwable bug) {
            thread.bug(bug);
            more = true;
        }
        return more && !held || !fanout.idle();
    }

    private boolean goesOn(int end) {
        held = !safety.hasRoom();
        return !held && fanout.idle() && thread.steps().done() < end;
    }

    /// Whether messages that were held back may go on.
    ///
    /// @return true if a turn is needed
    public boolean waiting() {
        return held && safety.hasRoom();
    }
}
