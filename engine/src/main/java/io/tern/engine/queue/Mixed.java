package io.tern.engine.queue;

/// Of what a process before this one has left on disk only the sequences are known, not which priority each message
/// has. It is sorted by reading through it once, so that the others need not wait for the lowest. What may have been
/// sent is not: it goes first, in the order of its sequences.
final class Mixed {

    private static final long NONE = Long.MAX_VALUE;

    private final long sentEnd;
    private final long end;
    private long sortedEnd;
    private boolean sorts = true;

    /// @param sentEnd messages before this may have been sent
    /// @param end and all before this are mixed
    Mixed(long sentEnd, long end) {
        this.sentEnd = sentEnd;
        this.end = end;
        this.sortedEnd = sentEnd;
    }

    /// From here on there may be messages of any priority.
    ///
    /// @param first the oldest that is left
    /// @return [Long#MAX_VALUE] if there are none
    long first(long first) {
        if (first < Math.min(sentEnd, end)) {
            return first;
        }
        long from = Math.max(first, sortedEnd);
        return from < end ? from : NONE;
    }

    /// Whether a message that is left may be of any priority.
    boolean has(long sequence) {
        return sequence < end && (sequence < sentEnd || sequence >= sortedEnd);
    }

    /// Whether something can be sorted.
    boolean isSortable(long first) {
        return sorts && toSort(first) < end;
    }

    /// The first that is to be sorted next.
    long toSort(long first) {
        return Math.max(first, sortedEnd);
    }

    /// One more than the last.
    long end() {
        return end;
    }

    /// Messages before this are sorted.
    void sorted(long to) {
        sortedEnd = Math.max(sortedEnd, to);
    }

    /// Nothing is sorted any more: there are too many holes already.
    void stop() {
        sorts = false;
    }
}
