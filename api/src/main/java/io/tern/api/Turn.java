package io.tern.api;

/// One bounded round of a shard's work: hand-overs from other shards, timers, deliveries, one flush per socket.
@FunctionalInterface
public interface Turn {

    /// Means "nothing to do until somebody wakes me".
    long IDLE = Long.MAX_VALUE;

    /// Does one round. Called on the loop's thread only, never from within itself. Never throws.
    ///
    /// @param nowMillis the time of this round, milliseconds since 1970, never going back
    /// @return when to call again at the latest, same clock: `nowMillis` or less if work is left, [#IDLE] if none
    long turn(long nowMillis);
}
