package io.tern.broker.turn;

import io.tern.api.Clock;
import io.tern.api.Loop;
import io.tern.broker.time.Steps;
import io.tern.broker.time.TimerWheel;
import io.tern.broker.watch.Bugs;
import io.tern.engine.Channel;
import io.tern.engine.NetworkConnection;
import io.tern.engine.Session;
import io.tern.wire.ReasonCode;

/// One shard's thread, as whoever works on it knows it: the turn's time, timers and steps, and how to come here.
///
/// A mistake of ours, or of a plug-in, that is met while serving one client closes that client; everybody else goes on.
/// All methods are for this thread, but [#number], [#loop], [#later] and [#nowOrLater], which are for any.
public final class ShardThread {

    private final int number;
    private final Loop loop;
    private final Clock clock;
    private final Bugs bugs;
    private final Steps steps = new Steps();
    private final TimerWheel timers;
    private long nowMillis;
    /// Whether a turn is under way or certain to come.
    private boolean fresh;

    /// @param number of the shard, 0 and up
    /// @param loop whose thread it is
    /// @param clock the time
    /// @param bugs told of each
    public ShardThread(int number, Loop loop, Clock clock, Bugs bugs) {
        this.number = number;
        this.loop = loop;
        this.clock = clock;
        this.bugs = bugs;
        this.nowMillis = clock.nowMillis();
        this.timers = new TimerWheel(nowMillis, steps);
    }

    /// Which of the shards it is.
    ///
    /// @return 0 and up
    public int number() {
        return number;
    }

    /// The loop that runs it.
    ///
    /// @return the same all the time
    public Loop loop() {
        return loop;
    }

    /// The time of what is being done: of the turn, or of the event that came between turns.
    ///
    /// @return milliseconds since 1970, never less than before
    public long nowMillis() {
        return nowMillis;
    }

    /// What was done since the last turn.
    ///
    /// @return the same all the time
    public Steps steps() {
        return steps;
    }

    /// What is to be called at a time.
    ///
    /// @return the same all the time
    public TimerWheel timers() {
        return timers;
    }

    /// Has to be called first by whatever comes from outside of a turn: what follows from it is done in one.
    public void enter() {
        assert loop.inLoop() : "shard " + number + " entered by another thread";
        // Each time anew: if the process was paused since the last event, who is heard now has not been silent.
        nowMillis = Math.max(nowMillis, clock.nowMillis());
        if (!fresh) {
            fresh = true;
            loop.wake();
        }
    }

    /// A turn begins.
    ///
    /// @param now its time
    public void turns(long now) {
        assert loop.inLoop() : "shard " + number + " turned by another thread";
        fresh = true;
        nowMillis = Math.max(nowMillis, now);
    }

    /// The turn is over.
    public void turned() {
        steps.turned();
        fresh = false;
    }

    /// Runs an action on this thread, never within this call. From any thread.
    ///
    /// @param action entered before
    public void later(Runnable action) {
        loop.execute(() -> {
            enter();
            guarded(action);
        });
    }

    /// Runs an action for a session on this thread, never within this call. From any thread.
    ///
    /// @param session whose client is closed if it fails
    /// @param action entered before
    public void later(Session session, Runnable action) {
        loop.execute(() -> {
            enter();
            guarded(session, action);
        });
    }

    /// Runs an action for a connection on this thread, never within this call. From any thread.
    ///
    /// @param channel closed if it fails
    /// @param action entered before
    public void later(Channel channel, Runnable action) {
        loop.execute(() -> {
            enter();
            guarded(channel, action);
        });
    }

    /// Runs an action for a connection on this thread: now if it is this one, else later. From any thread.
    ///
    /// @param channel closed if it fails
    /// @param action entered before
    public void nowOrLater(Channel channel, Runnable action) {
        if (loop.inLoop()) {
            enter();
            guarded(channel, action);
        } else {
            later(channel, action);
        }
    }

    /// Runs something that must not end what is done besides.
    ///
    /// @param step for nobody in particular
    public void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            bug(bug);
        }
    }

    /// Runs something for a session.
    ///
    /// @param session whose client is closed if it fails
    /// @param step for it
    public void guarded(Session session, Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            bug(session, bug);
        }
    }

    /// Runs something for a connection.
    ///
    /// @param channel closed if it fails
    /// @param step for it
    public void guarded(Channel channel, Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            bug(channel, bug);
        }
    }

    /// A mistake was met while serving one client.
    ///
    /// @param connection is closed
    /// @param bug what was thrown
    public void bug(NetworkConnection connection, Throwable bug) {
        bugs.met("while serving client " + connection.client(), bug);
        guarded(() -> connection.fail(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "a mistake of the server"));
    }

    /// A mistake was met while serving a session.
    ///
    /// @param session whose client is closed, if it has one; null for nobody's
    /// @param bug what was thrown
    public void bug(Session session, Throwable bug) {
        if (session != null && session.connection() != null) {
            bug(session.connection(), bug);
        } else {
            bug(bug);
        }
    }

    /// A mistake was met while serving nobody in particular.
    ///
    /// @param bug what was thrown
    public void bug(Throwable bug) {
        bugs.met("in shard " + number, bug);
    }
}
