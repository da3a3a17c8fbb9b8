package io.tern.broker.share;

import java.util.ArrayDeque;

/// One member of a shared group, as the group sees it: touched on the group's shard only.
final class Member {

    /// Most messages lent at once to a member that is not known to be quick.
    private static final int CREDIT_FIRST = 32;
    /// Most messages lent at once to any member.
    private static final int CREDIT_MAX = 256;
    /// A member that is done with a message within this time may borrow twice as much.
    private static final int QUICK_MILLIS = 20;
    /// One that takes longer than this may borrow half as much: others shall not wait for what lies with it.
    private static final int SLOW_MILLIS = 80;

    final Borrower borrower;
    /// Whether its session outlives its connection,
    final boolean durable;
    /// and whether what is for it has to be kept meanwhile.
    boolean keeps;
    /// In the order they were lent, which is the order in which most end.
    final ArrayDeque<Loan> lent = new ArrayDeque<>();
    /// Most it may borrow at once, and the most that this may become.
    int window;
    private int most;
    /// What came back since the window was looked at last: it is, when that is a whole window.
    private int back;
    /// What it may borrow less by and by, since its window has shrunk.
    private int surplus;
    int credit;
    /// Loans of an earlier one are void.
    long epoch;
    private boolean open;
    /// Whether its member is one of the group, and not only on its way out of it.
    boolean taken;
    /// Its place among those that can take something: see [MembersInTurn].
    boolean queued;
    Member before;
    Member behind;

    /// @param durable whether its session is
    Member(Borrower borrower, boolean durable) {
        this.borrower = borrower;
        this.durable = durable;
    }

    /// It is connected.
    ///
    /// @param newMost most it takes at once
    void begin(int newMost) {
        open = true;
        credit = 0;
        most = Math.min(CREDIT_MAX, newMost);
        window = Math.min(CREDIT_FIRST, most);
        back = 0;
        surplus = 0;
    }

    /// It takes nothing until it begins anew.
    ///
    /// @param newEpoch from which loans count again
    void close(long newEpoch) {
        open = false;
        credit = 0;
        epoch = Math.max(epoch, newEpoch);
    }

    /// Whether what comes back may be lent again. When it began, what it still had then was counted.
    boolean isOpen() {
        return open;
    }

    /// Takes a loan away.
    ///
    /// @return false if it is not lent, or not any more
    boolean remove(Loan loan) {
        if (lent.peekFirst() == loan) {
            lent.pollFirst();
            return true;
        }
        return lent.removeFirstOccurrence(loan);
    }

    /// A loan came back: what may be lent instead. One, as a rule.
    int again(int tookMillis) {
        int more = 1;
        if (++back >= window) {
            int before = window;
            if (tookMillis <= QUICK_MILLIS) {
                window = Math.min(most, 2 * window);
                more += window - before;
            } else if (tookMillis > SLOW_MILLIS) {
                window = Math.max(Math.min(CREDIT_FIRST, most), window / 2);
                surplus += before - window;
            }
            back = 0;
        }
        int less = Math.min(more, surplus);
        surplus -= less;
        return more - less;
    }
}
