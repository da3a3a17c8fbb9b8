package io.tern.broker.quota;

import io.tern.api.AddressRange;
import io.tern.api.Owner;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/// How much one owner may have; 0 stands for any number.
///
/// @param fairShare whether nobody may have more of what all share than is left for all others
/// @param sessions with or without a connection
/// @param subscriptions of all its sessions
/// @param sharedGroups that it was the first to join
/// @param retainedMessages topics
/// @param retainedBytes of these
/// @param diskBytes of what waits on disk for its sessions and shared groups
/// @param exemptNames of users, and listeners of clients without address and user
/// @param exemptRanges of addresses
record QuotaLimits(
        boolean fairShare,
        int sessions,
        int subscriptions,
        int sharedGroups,
        int retainedMessages,
        long retainedBytes,
        long diskBytes,
        Set<String> exemptNames,
        List<AddressRange> exemptRanges) {

    /// Whether anything has to be counted.
    boolean any() {
        return fairShare
                || sessions + (long) subscriptions + sharedGroups + retainedMessages + retainedBytes + diskBytes > 0;
    }

    long most(Kind kind) {
        return switch (kind) {
            case SESSIONS -> sessions;
            case SUBSCRIPTIONS -> subscriptions;
            case SHARED_GROUPS -> sharedGroups;
            case RETAINED -> retainedMessages;
            case DISK -> diskBytes;
        };
    }

    boolean isExempt(Owner owner) {
        if (owner.userName() != null) {
            return exemptNames.contains(owner.userName());
        }
        return exemptNames.contains(owner.place())
                || !exemptRanges.isEmpty() && exemptRanges.stream().anyMatch(each -> lies(owner.place(), each));
    }

    /// A place may be a network of IPv6, of which then the first address counts.
    private static boolean lies(String place, AddressRange range) {
        int slash = place.indexOf('/');
        try {
            return range.contains(InetAddress.ofLiteral(slash < 0 ? place : place.substring(0, slash)));
        } catch (IllegalArgumentException e) {
            return false; // A listener's name.
        }
    }
}
