package io.tern.broker;

import io.tern.engine.Session;
import java.util.Arrays;

/// The sessions of one shard for whose clients messages wait, so that each can be made to give room when memory gets
/// tight: one after the other, a few in a turn.
final class WaitingSessions {

    /// Sessions looked at in one turn.
    private static final int PER_TURN = 256;
    /// Sessions whose queues are made shorter in one turn.
    private static final int TRIMMED_PER_TURN = 32;

    private Session[] sessions = new Session[16];
    private int count;
    private int next;

    /// Has a session among them until it ends, or until its queue is found empty.
    void add(Session session) {
        if (count == sessions.length) {
            sessions = Arrays.copyOf(sessions, count * 2);
        }
        session.place(count);
        sessions[count++] = session;
    }

    /// Does nothing if it isn't among them.
    void remove(Session session) {
        int place = session.place();
        if (place >= 0) {
            session.place(-1);
            Session last = sessions[--count];
            sessions[count] = null;
            if (last != session) {
                sessions[place] = last;
                last.place(place);
            }
        }
    }

    /// Makes the next few give room.
    ///
    /// @return whether any did
    boolean trim() {
        int trimmed = 0;
        for (int i = Math.min(PER_TURN, count); i > 0 && trimmed < TRIMMED_PER_TURN && count > 0; i--) {
            next = next < count ? next : 0;
            Session session = sessions[next];
            if (session.outbox().waiting() == 0) {
                remove(session); // Another stands in its place.
            } else {
                trimmed += session.trim() ? 1 : 0;
                next++;
            }
        }
        return trimmed > 0;
    }

    int size() {
        return count;
    }
}
