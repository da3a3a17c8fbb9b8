package io.tern.engine;

import io.tern.engine.queue.Waiting;

/// What the broker notes at a session for itself, so that it need not look for it.
public abstract class Marked implements Waiting {

    private long fanoutStamp;
    private int fanoutPlace;
    private int place = NOWHERE;
    private Object reviewer;

    Marked() {}

    @Override
    public final int place() {
        return place;
    }

    @Override
    public final void place(int newPlace) {
        place = newPlace;
    }

    /// The fan-out that met this session last.
    ///
    /// @return as given to [#fanout], 0 before
    public final long fanoutStamp() {
        return fanoutStamp;
    }

    /// Where that fan-out keeps what this session's subscriptions ask for together.
    ///
    /// @return as given to [#fanout]
    public final int fanoutPlace() {
        return fanoutPlace;
    }

    /// Marks this session as met by a fan-out, so that several matching subscriptions make one delivery.
    ///
    /// @param stamp of the fan-out, never 0
    /// @param newPlace where it keeps what it gathers
    public final void fanout(long stamp, int newPlace) {
        fanoutStamp = stamp;
        fanoutPlace = newPlace;
    }

    /// Its client's rights are looked at: nothing is sent before [Session#reviewed].
    ///
    /// @param by who looks; nobody else any more
    public final void review(Object by) {
        reviewer = by;
    }

    /// @return who looks at its client's rights, or null
    public final Object reviewer() {
        return reviewer;
    }
}
