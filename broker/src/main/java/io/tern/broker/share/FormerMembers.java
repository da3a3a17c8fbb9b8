package io.tern.broker.share;

import java.util.ArrayList;
import java.util.List;

/// Shared subscriptions of one session that were ended while messages of theirs were under way to its client. Those
/// that owe nothing any more are looked for only when they may be half of all, so that ending many costs little for
/// each. For the session's thread.
final class FormerMembers {

    private static final int FIRST = 16;

    private final List<SharedSubscription> members = new ArrayList<>();
    private int sweptAt = FIRST;

    /// @param member that has left its group
    void add(SharedSubscription member) {
        if (members.size() >= sweptAt) {
            members.removeIf(each -> !each.owes());
            sweptAt = Math.max(FIRST, 2 * members.size());
        }
        members.add(member);
    }

    /// The connection has ended: what they owe returns to their groups.
    void suspend() {
        members.forEach(member -> member.suspend());
    }
}
