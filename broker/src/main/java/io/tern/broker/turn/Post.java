package io.tern.broker.turn;

import io.tern.api.Loop;
import io.tern.broker.lane.ReplyLane;
import io.tern.broker.time.Steps;
import java.util.List;

/// One shard's post: sends notes to other shards, takes theirs, and wakes those for whom there is something when the
/// turn ends. For the shard's thread.
public final class Post {

    /// Notes taken from one lane in one turn.
    private static final int NOTES_PER_TURN = 8192;

    private final ShardThread thread;
    private final int number;
    private final Steps steps;
    private final List<Loop> loops;
    private final ReplyLane<Note>[] out;
    private final ReplyLane<Note>[] in;
    /// A bit for each shard to be woken.
    private long touched;

    /// @param thread this shard's
    /// @param lanes between all shards
    /// @param loops of all shards, by their numbers
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Post(ShardThread thread, NoteLanes lanes, List<Loop> loops) {
        this.thread = thread;
        this.number = thread.number();
        this.steps = thread.steps();
        this.loops = loops;
        this.out = new ReplyLane[loops.size()];
        this.in = new ReplyLane[loops.size()];
        for (int other = 0; other < loops.size(); other++) {
            out[other] = lanes.lane(number, other);
            in[other] = lanes.lane(other, number);
        }
    }

    /// Sends a note to another shard, or to this one: then it arrives at once.
    ///
    /// @param target number of that shard
    /// @param note what
    public void tell(int target, Note note) {
        if (target == number) {
            note.arrive();
        } else {
            tellLater(target, note);
        }
    }

    /// Sends a note that must not arrive in the midst of what is being done, not even here.
    ///
    /// @param target number of the shard
    /// @param note what
    public void tellLater(int target, Note note) {
        out[target].offer(note);
        touch(target);
    }

    /// A shard will be woken when this turn ends.
    ///
    /// @param target its number
    public void touch(int target) {
        touched |= 1L << target;
    }

    /// All shards will be woken when this turn ends.
    public void touchAll() {
        touched |= (1L << loops.size()) - 1;
    }

    /// All shards but this will be woken when this turn ends.
    public void touchOthers() {
        touched |= (1L << loops.size()) - 1 & ~(1L << number);
    }

    /// Takes the notes of other shards.
    ///
    /// @return whether there may be more
    public boolean take() {
        boolean more = false;
        for (ReplyLane<Note> lane : in) {
            int taken = 0;
            Note note;
            while (taken < NOTES_PER_TURN && (note = lane.poll()) != null) {
                taken++;
                steps.add(1);
                try {
                    note.arrive();
                } catch (Throwable bug) {
                    thread.bug(bug);
                }
            }
            more |= taken == NOTES_PER_TURN;
        }
        return more;
    }

    /// Wakes those for whom there is something, this shard last.
    public void wake() {
        long others = touched & ~(1L << number);
        boolean self = touched != others;
        touched = 0;
        for (; others != 0; others &= others - 1) {
            loops.get(Long.numberOfTrailingZeros(others)).wake();
        }
        if (self) {
            loops.get(number).wake();
        }
    }
}
