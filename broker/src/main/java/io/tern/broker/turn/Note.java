package io.tern.broker.turn;

/// What one shard tells another over the lane that never refuses: answers, credits, comings and goings in a shared
/// group. There are never more under way than were asked for.
@FunctionalInterface
public interface Note {

    /// Arrives, on the thread of the shard it was sent to.
    void arrive();
}
