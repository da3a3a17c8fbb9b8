package io.tern.store.journal;

import java.util.concurrent.atomic.AtomicLong;

/// Numbers that are given once in a store's life, for bodies and transactions: the number of the run in the upper bits,
/// a count in the lower 40. For any thread.
///
/// Each start has a run one above the highest that any frame names, and each frame names the run in which it was
/// written. A count that overflows goes on in the next run, which is the run of the frames from then on.
public final class Ids {

    private static final int COUNT_BITS = 40;

    /// Highest run: 8,388,607.
    static final int RUN_MAX = (1 << 63 - COUNT_BITS) - 1;

    private final AtomicLong last;

    /// Starts a run.
    ///
    /// @param run 1 to 8,388,607
    public Ids(int run) {
        if (run < 1 || run > RUN_MAX) {
            throw new IllegalArgumentException("run " + run);
        }
        this.last = new AtomicLong((long) run << COUNT_BITS);
    }

    /// The next number.
    ///
    /// @return above 0, greater than all before
    public long next() {
        return last.incrementAndGet();
    }

    /// Goes on in a later run if a number that is known from elsewhere isn't below this one. Before the first number.
    ///
    /// @param known that must not be given again
    public void above(long known) {
        long run = (known >>> COUNT_BITS) + 1;
        if (run > RUN_MAX) {
            throw new IllegalArgumentException("number " + known);
        }
        last.accumulateAndGet(run << COUNT_BITS, Math::max);
    }

    /// What all numbers of this run are above.
    ///
    /// @return above all numbers of earlier runs
    public long first() {
        return (long) run() << COUNT_BITS;
    }

    /// The run that the latest number is of.
    ///
    /// @return 1 and up
    public int run() {
        return (int) (last.get() >>> COUNT_BITS);
    }
}
