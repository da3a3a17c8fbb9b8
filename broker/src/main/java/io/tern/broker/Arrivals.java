package io.tern.broker;

import io.tern.broker.lane.DataLane;
import io.tern.broker.time.Steps;

/// One shard's ends of the lanes on which others send messages for its subscribers.
final class Arrivals {

    /// Messages taken from one data lane in one turn.
    private static final int HANDOVERS_PER_TURN = 512;

    private final Shard shard;
    private final DataLane<Handover>[] messages;
    private int nextSource;
    private boolean held;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Arrivals(Shard shard, Lanes lanes, int shards) {
        this.shard = shard;
        this.messages = new DataLane[shards];
        for (int other = 0; other < shards; other++) {
            messages[other] = lanes.data(other, shard.number());
        }
    }

    /// Delivers messages. While the disk is far behind they stay in their lanes, so that these fill and those who feed
    /// them rest: what is staged here is bounded, whichever shard its publishers are on.
    ///
    /// @return whether there may be more
    boolean handovers() {
        boolean more = false;
        Fanout fanout = shard.fanout();
        try {
            int end = shard.steps.done() + Steps.TURN_MAX;
            for (int i = 0; i < messages.length && fanout.idle() && shard.steps.done() < end; i++) {
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
                more |= taken == HANDOVERS_PER_TURN || shard.steps.done() >= end;
            }
        } catch (Throwable bug) {
            shard.bug(bug);
            more = true;
        }
        return more && !held || !fanout.idle();
    }

    private boolean goesOn(int end) {
        held = !shard.safety().hasRoom();
        return !held && shard.fanout().idle() && shard.steps.done() < end;
    }

    /// Whether messages that were held back may go on.
    boolean waiting() {
        return held && shard.safety().hasRoom();
    }
}
