package io.tern.engine;

/// What the broker notes at a session for itself, so that it need not look for it.
public abstract class Marked {

    private long fanoutStamp;
    private int fanoutPlace;
    private int place = -1;

    Marked() {}

    /// Where the broker has it among those for whom messages wait.
    ///
    /// @return as given to [#place], -1 before
    public final int place() {
        return place;
    }

    /// Remembers that for the broker.
    ///
    /// @param newPlace at least 0, or -1 if it isn't there
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
}
