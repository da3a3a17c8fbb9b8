package io.tern.api;

/// The sequence of a delayed message in its queue: when it is due, and its number among those that are due in the same
/// millisecond. So the order of the queue is the order in which they are due.
public final class DueSequence {

    /// The latest time that fits, milliseconds since 1970: in the year 2109.
    public static final long DUE_MILLIS_MAX = (1L << 42) - 1;

    /// So many are due in one millisecond at most.
    public static final int NUMBERS = 1 << 20;

    private static final int NUMBER_BITS = 20;

    private DueSequence() {}

    /// Puts it together.
    ///
    /// @param dueMillis 0 to [#DUE_MILLIS_MAX], milliseconds since 1970
    /// @param number 0 up to [#NUMBERS], not included
    /// @return 0 up to 2^62, not included
    public static long of(long dueMillis, int number) {
        assert dueMillis >= 0 && dueMillis <= DUE_MILLIS_MAX && number >= 0 && number < NUMBERS
                : dueMillis + " " + number;
        return dueMillis << NUMBER_BITS | number;
    }

    /// When it is due.
    ///
    /// @param sequence as it was put together
    /// @return milliseconds since 1970
    public static long dueMillis(long sequence) {
        return sequence >> NUMBER_BITS;
    }

    /// Its number among those that are due in the same millisecond.
    ///
    /// @param sequence as it was put together
    /// @return 0 up to [#NUMBERS], not included
    public static int number(long sequence) {
        return (int) sequence & NUMBERS - 1;
    }
}
