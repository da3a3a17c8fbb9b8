package io.tern.broker;

/// What one shard tells another over the lane that never refuses: answers, credits, comings and goings in a shared
/// group. There are never more under way than were asked for.
@FunctionalInterface
interface Note {

    /// Arrives, on the thread of the shard it was sent to.
    ///
    /// @param here that shard
    void arrive(Shard here);
}
