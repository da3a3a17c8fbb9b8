package io.tern.broker.memory;

import io.tern.engine.queue.QueueHolder;
import java.util.Arrays;

/// The sessions and shared groups of one shard for which messages wait, so that each can be made to give room when
/// memory gets tight: one after the other, a few in a turn.
public final class WaitingQueues {

    /// Queues looked at in one turn.
    private static final int PER_TURN = 256;
    /// Queues that are made shorter in one turn.
    private static final int TRIMMED_PER_TURN = 32;

    private QueueHolder[] all = new QueueHolder[16];
    private int count;
    private int next;

    /// Has one among them until it ends, or until its queue is found empty.
    public void add(QueueHolder one) {
        if (count == all.length) {
            all = Arrays.copyOf(all, count * 2);
        }
        one.place(count);
        all[count++] = one;
    }

    /// Does nothing if it isn't among them.
    public void remove(QueueHolder one) {
        int place = one.place();
        if (place >= 0) {
            one.place(QueueHolder.NOWHERE);
            QueueHolder last = all[--count];
            all[count] = null;
            if (last != one) {
                all[place] = last;
                last.place(place);
            }
        }
    }

    /// Makes the next few give room.
    ///
    /// @return whether any did
    public boolean trim() {
        int trimmed = 0;
        for (int i = Math.min(PER_TURN, count); i > 0 && trimmed < TRIMMED_PER_TURN && count > 0; i--) {
            next = next < count ? next : 0;
            QueueHolder one = all[next];
            if (!one.isWaitedFor()) {
                remove(one); // Another stands in its place.
            } else {
                trimmed += one.trim() ? 1 : 0;
                next++;
            }
        }
        return trimmed > 0;
    }

    int size() {
        return count;
    }
}
