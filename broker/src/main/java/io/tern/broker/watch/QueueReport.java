package io.tern.broker.watch;

/// How full the queues of a broker are, and what they have dropped: for who watches over it.
///
/// @param acknowledgedDropped messages dropped since the start although they had been acknowledged
/// @param lastReason why the last of them was, `queue_full`, `memory_full` or `over_quota`
/// @param lastOwner whose it was: a client identifier, or `a shared group`
/// @param highQueues how many queues, of sessions and shared groups, have grown beyond 80 % of their bound and not
///     shrunk below 60 % since; at most 1,024 for each shard
/// @param fullest client identifier, or filter of the shared group, that the fullest of them belongs to, or null
/// @param fullestPart how full that is, 0 to 1
/// @param memoryPart what all clients together make the server hold, as a part of what they may, 0 to 1
/// @param diskPart what the data takes on the disk, as a part of what it may, 0 to 1 and above
/// @param overQuota how often since the start somebody was refused something for having too much of it already
/// @param lastOverQuota who was, of what; of those of whom the log has told the last
public record QueueReport(
        long acknowledgedDropped,
        String lastReason,
        String lastOwner,
        int highQueues,
        String fullest,
        double fullestPart,
        double memoryPart,
        double diskPart,
        long overQuota,
        String lastOverQuota) {}
