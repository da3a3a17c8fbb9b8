package io.tern.broker.share;

import io.tern.broker.time.Steps;
import java.util.ArrayList;
import java.util.List;

/// What one session has to do with its groups: how many it is a member of, and which shared subscriptions have messages
/// under way to its client, also of those that were ended meanwhile. Those that owe nothing any more are looked for
/// only when they may be half of all, so that each costs little. For the session's thread.
final class SessionGroups {

    private static final int FIRST = 16;

    /// How many it is a member of.
    int count;
    /// Null while none ever borrowed.
    private List<SharedSubscription> borrowers;
    private int sweptAt = FIRST;

    /// @param member that has borrowed something
    void borrows(SharedSubscription member) {
        if (member.listed) {
            return;
        }
        if (borrowers == null) {
            borrowers = new ArrayList<>(1);
        } else if (borrowers.size() >= sweptAt) {
            borrowers.removeIf(each -> !each.isListed());
            sweptAt = Math.max(FIRST, 2 * borrowers.size());
        }
        member.listed = true;
        borrowers.add(member);
    }

    /// The connection has ended: what was borrowed returns to the groups.
    ///
    /// @param steps told of each
    void suspend(Steps steps) {
        if (borrowers == null) {
            return;
        }
        for (SharedSubscription member : borrowers) {
            steps.add(Steps.LOAN);
            member.listed = false;
            member.suspend();
        }
        borrowers = null;
        sweptAt = FIRST;
    }
}
