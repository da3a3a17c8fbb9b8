package io.tern.engine.queue;

import io.tern.api.Records;

/// What a process has left of one session's queue, as far as a store tells.
///
/// @param first the oldest sequence that may not be settled
/// @param end one more than the newest sequence that was ever given; of what was written
/// @param sentEnd messages from this sequence on were never sent, or [Records#SENT_UNKNOWN]
/// @param looseFirst from this sequence on messages may have been sent at QoS 2 that are in no record,
/// @param looseEnd up to this one; the same if there are none
/// @param messages how many of those from the first to the end are not settled, at most
/// @param bytes about what the messages take on disk
public record Leftover(
        long first, long end, long sentEnd, long looseFirst, long looseEnd, long messages, long bytes) {

    /// No queue.
    public static final Leftover NOTHING = new Leftover(0, 0, 0, 0);

    /// Makes it hold together: nothing is loose that was not sent.
    public Leftover {
        looseEnd = Math.min(looseEnd, sentEnd);
    }

    /// A queue of which everything that was sent was written, and nothing is settled in its midst.
    ///
    /// @param first see above
    /// @param end see above
    /// @param sentEnd see above
    /// @param bytes see above
    public Leftover(long first, long end, long sentEnd, long bytes) {
        this(first, end, sentEnd, 0, 0, end - first, bytes);
    }

    /// Whether nothing may be owed.
    ///
    /// @return false if something may be
    public boolean isEmpty() {
        return first == end && !isLoose();
    }

    private boolean isLoose() {
        return looseFirst < looseEnd;
    }

    /// Where what comes next is numbered: behind all that was given or may have been sent.
    ///
    /// @return a sequence
    public long next() {
        return sentEnd == Records.SENT_UNKNOWN ? end : Math.max(end, sentEnd);
    }

    /// The first of what was written and may be owed.
    ///
    /// @return a sequence, [#next] if there is nothing
    public long firstWritten() {
        return first == end ? next() : first;
    }

    /// The first of what may be owed.
    ///
    /// @return a sequence, [#next] if there is nothing
    public long oldest() {
        return isLoose() ? Math.min(looseFirst, firstWritten()) : firstWritten();
    }

    /// Where what may have been sent ends: if it isn't known, as many as there are packet identifiers.
    ///
    /// @param packetIds how many there are
    /// @return a sequence, before which messages are not dropped
    public long maybeSentEnd(int packetIds) {
        return Math.min(sentEnd, Math.min(next(), oldest() + packetIds));
    }
}
