package io.tern.engine;

import java.util.TreeSet;

/// The part of a queue that is on disk only: everything from one sequence on. Nothing here but where it begins and
/// ends; the messages are read back when those before them have left.
public final class Spilled {

    private final Memory memory;
    private long first;
    private long end;
    private long bytes;
    private boolean reading;
    /// Messages that must not be sent yet, by their sequences; what is read back ends before the lowest.
    private TreeSet<Long> held;

    /// Nothing on disk only.
    ///
    /// @param memory told how much is here
    public Spilled(Memory memory) {
        this.memory = memory;
    }

    private void bytes(long newBytes) {
        memory.spilled(newBytes - bytes);
        bytes = newBytes;
    }

    /// @return whether nothing is here
    public boolean isEmpty() {
        return first == end;
    }

    /// @return how many sequences, settled ones included
    public long size() {
        return end - first;
    }

    /// @return the oldest sequence that is here
    public long first() {
        return first;
    }

    /// @return one more than the newest sequence that is or was here
    public long end() {
        return end;
    }

    /// @return about what the messages take
    public long bytes() {
        return bytes;
    }

    /// Everything from one sequence to another is here now, besides what was.
    ///
    /// @param newFirst the oldest
    /// @param newEnd one more than the newest
    /// @param moreBytes that come to those here
    public void extend(long newFirst, long newEnd, long moreBytes) {
        first = newFirst;
        end = newEnd;
        bytes(bytes + moreBytes);
    }

    /// One message more, behind the others.
    ///
    /// @param sequence its place in the queue
    /// @param costBytes what it takes
    public void add(long sequence, int costBytes) {
        if (isEmpty()) {
            first = sequence;
        }
        end = sequence + 1;
        bytes(bytes + costBytes);
    }

    /// Everything before a sequence has been read back, or is settled.
    ///
    /// @param sequence where it goes on
    /// @param readBytes that are here no more
    public void passed(long sequence, long readBytes) {
        first = Math.min(end, Math.max(first, sequence));
        bytes(isEmpty() ? 0 : Math.max(0, bytes - readBytes));
    }

    /// Gives the oldest up, unread.
    ///
    /// @return its sequence
    public long dropFirst() {
        bytes(bytes - bytes / size());
        release(first);
        return first++;
    }

    /// Gives everything up.
    public void clear() {
        first = end;
        bytes(0);
        held = null;
    }

    /// A message here must not be sent before [#release].
    ///
    /// @param sequence its place
    public void hold(long sequence) {
        if (held == null) {
            held = new TreeSet<>();
        }
        held.add(sequence);
    }

    /// It may be sent.
    ///
    /// @param sequence its place
    /// @return whether it was held here
    public boolean release(long sequence) {
        return held != null && held.remove(sequence);
    }

    /// @return one more than the last sequence that may be read back
    public long readableEnd() {
        return held == null || held.isEmpty() ? end : held.first();
    }

    /// @return whether a reading is under way
    public boolean reading() {
        return reading;
    }

    /// A reading begins or ends.
    ///
    /// @param on whether one is under way
    public void reading(boolean on) {
        reading = on;
    }
}
