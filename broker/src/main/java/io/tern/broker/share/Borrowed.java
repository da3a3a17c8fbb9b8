package io.tern.broker.share;

/// What one member has borrowed, in the order it came. A loan is linked into it by its own fields, so that each can be
/// taken out at once and nothing is allocated; it is in one such list at most. For the member's thread.
final class Borrowed {

    private Loan first;
    private Loan last;

    /// Takes out the oldest.
    ///
    /// @return null if there is none
    Loan poll() {
        Loan oldest = first;
        if (oldest != null) {
            remove(oldest);
        }
        return oldest;
    }

    boolean isEmpty() {
        return first == null;
    }

    /// @param loan that is in none
    void add(Loan loan) {
        assert !loan.linked;
        loan.linked = true;
        loan.before = last;
        if (last == null) {
            first = loan;
        } else {
            last.behind = loan;
        }
        last = loan;
    }

    /// @param loan that is in this one or in none
    /// @return whether it was in this one
    boolean remove(Loan loan) {
        if (!loan.linked) {
            return false;
        }
        if (loan.before == null) {
            first = loan.behind;
        } else {
            loan.before.behind = loan.behind;
        }
        if (loan.behind == null) {
            last = loan.before;
        } else {
            loan.behind.before = loan.before;
        }
        loan.linked = false;
        loan.before = null;
        loan.behind = null;
        return true;
    }
}
