package io.tern.broker.share;

import io.tern.broker.time.Steps;
import java.util.ArrayList;
import java.util.List;

/// The shared subscriptions of one session to whose client messages of their groups are under way, also those that were
/// ended meanwhile. Those that owe nothing any more are looked for only when they may be half of all, so that each costs
/// little. For the session's thread.
final class Borrowers {

    private static final int FIRST = 16;

    private final List<SharedSubscription> members = new ArrayList<>(0);
    private int sweptAt = FIRST;

    /// @param member that has borrowed something
    void add(SharedSubscription member) {
        if (member.listed) {
            return;
        }
        if (members.size() >= sweptAt) {
            members.removeIf(each -> !each.isListed());
            sweptAt = Math.max(FIRST, 2 * members.size());
        }
        member.listed = true;
        members.add(member);
    }

    /// The connection has ended: what they owe returns to their groups.
    ///
    /// @param steps told of each
    void suspend(Steps steps) {
        for (SharedSubscription member : members) {
            steps.add(Steps.LOAN);
            member.listed = false;
            member.suspend();
        }
        members.clear();
        sweptAt = FIRST;
    }
}
