package io.tern.broker;

/// The members of one shared group that can take something, in turn. A seat is linked into it by its own fields, so
/// that each can be taken out at once: somebody who comes and goes leaves nothing here. For the group's thread.
final class Seats {

    private Seat first;
    private Seat last;

    boolean isEmpty() {
        return first == null;
    }

    /// @param seat that is in none
    void add(Seat seat) {
        assert !seat.queued;
        seat.queued = true;
        seat.before = last;
        if (last == null) {
            first = seat;
        } else {
            last.behind = seat;
        }
        last = seat;
    }

    /// Takes out the one whose turn it is.
    ///
    /// @return null if there is none
    Seat poll() {
        Seat next = first;
        if (next != null) {
            remove(next);
        }
        return next;
    }

    /// Takes one out, if it is in.
    void remove(Seat seat) {
        if (!seat.queued) {
            return;
        }
        seat.queued = false;
        if (seat.before == null) {
            first = seat.behind;
        } else {
            seat.before.behind = seat.behind;
        }
        if (seat.behind == null) {
            last = seat.before;
        } else {
            seat.behind.before = seat.before;
        }
        seat.before = null;
        seat.behind = null;
    }
}
