package io.tern.api;

/// One shard's door to the [Store]: records are staged with plain arguments, and go out together when the turn ends.
///
/// Called on that shard's thread only. A record has been applied in memory when it is staged here; what waits for it is
/// only what leaves: the caller takes [#position] after staging and lets the reply go when the store has answered with
/// that position or a higher one.
public interface Journal extends Records {

    /// The messages of the following [#queued] calls that carry this one are stored as one body, since several sessions
    /// get it; until the next call of this.
    ///
    /// @param message queued for several sessions from now on, or null for none
    void shared(Message message);

    /// The position that covers everything staged so far.
    ///
    /// @return a number that only grows
    long position();

    /// What is staged and was not handed over yet, since the store is busy with what came before. Who feeds it rests
    /// while that is much.
    ///
    /// @return bytes
    int stagedBytes();

    /// The message queued last has been sent to its receiver, who may acknowledge it sooner than a disk could write it:
    /// it may wait for that a moment.
    void sent();

    /// Hands over what was staged since the last call, unless all of it may wait a moment, see [#sent]. Once a turn;
    /// costs nothing when nothing is staged.
    ///
    /// @param nowMillis the turn's time
    /// @return when it wants to be called again at the latest, [Long#MAX_VALUE] if nothing is left to hand over
    long commit(long nowMillis);
}
