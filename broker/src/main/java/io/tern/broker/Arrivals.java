package io.tern.broker;

import io.tern.broker.lane.DataLane;
import io.tern.broker.lane.ReplyLane;
import io.tern.broker.time.Steps;

/// One shard's ends of the lanes on which others send: messages for its subscribers, and notes.
final class Arrivals {

    /// Messages taken from one data lane in one turn.
    private static final int HANDOVERS_PER_TURN = 512;
    /// Notes taken from one lane in one turn.
    private static final int NOTES_PER_TURN = 8192;

    private final Shard shard;
    private final DataLane<Handover>[] messages;
    private final ReplyLane<Note>[] notes;
    private int nextSource;
    private boolean held;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Arrivals(Shard shard, Lanes lanes, int shards) {
        this.shard = shard;
        this.messages = new DataLane[shards];
        this.notes = new ReplyLane[shards];
        for (int other = 0; other < shards; other++) {
            messages[other] = lanes.data(other, shard.number());
            notes[other] = lanes.notes(other, shard.number());
        }
    }

    /// Takes notes.
    ///
    /// @return whether there may be more
    boolean notes() {
        boolean more = false;
        for (ReplyLane<Note> lane : notes) {
            int taken = 0;
            Note note;
            while (taken < NOTES_PER_TURN && (note = lane.poll()) != null) {
                taken++;
                shard.steps.add(1);
                try {
                    note.arrive(shard);
                } catch (Throwable bug) {
                    shard.bug(bug);
                }
            }
            more |= taken == NOTES_PER_TURN;
        }
        return more;
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
        held = !shard.waits().hasRoom();
        return !held && shard.fanout().idle() && shard.steps.done() < end;
    }

    /// Whether messages that were held back may go on.
    boolean waiting() {
        return held && shard.waits().hasRoom();
    }
}
