package io.tern.broker.share;

/// The members of one shared group that can take something, in turn. A member is linked into it by its own fields, so
/// that each can be taken out at once: somebody who comes and goes leaves nothing here. For the group's thread.
final class MembersInTurn {

    private Member first;
    private Member last;

    boolean isEmpty() {
        return first == null;
    }

    /// @param member that is in none
    void add(Member member) {
        assert !member.queued;
        member.queued = true;
        member.before = last;
        if (last == null) {
            first = member;
        } else {
            last.behind = member;
        }
        last = member;
    }

    /// Takes out the one whose turn it is.
    ///
    /// @return null if there is none
    Member poll() {
        Member next = first;
        if (next != null) {
            remove(next);
        }
        return next;
    }

    /// Takes one out, if it is in.
    void remove(Member member) {
        if (!member.queued) {
            return;
        }
        member.queued = false;
        if (member.before == null) {
            first = member.behind;
        } else {
            member.before.behind = member.behind;
        }
        if (member.behind == null) {
            last = member.before;
        } else {
            member.behind.before = member.before;
        }
        member.before = null;
        member.behind = null;
    }
}
