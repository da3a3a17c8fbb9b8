package io.tern.engine.queue;

import io.tern.api.Message;

/// What one session's client was sent at least once, on whatever connection, and has not settled; in order.
///
/// A message is in one of four phases: waiting, since it was sent on a connection before this one; sent; released, when
/// of QoS 2 only PUBREL is owed; or done, when it has a place for the order's sake alone, until all before it are done.
public final class Sent {

    /// Bits of a state, beside those of [Flags].
    private static final int PHASE = 0x30;
    /// To be sent again.
    public static final int WAITING = 0x00;
    /// Sent on this connection, and unanswered.
    public static final int SENT = 0x10;
    /// Of QoS 2, and only PUBREL is owed.
    public static final int RELEASED = 0x20;
    /// Not owed any more.
    public static final int DONE = 0x30;

    private static final int QOS = Flags.QOS;

    private final Memory memory;
    private final MessageRing ring = new MessageRing();
    private long next;
    private long bytes;

    /// Nothing yet.
    ///
    /// @param memory charged with what is here
    /// @param sequence of the first that may come
    public Sent(Memory memory, long sequence) {
        this.memory = memory;
        skipTo(sequence);
    }

    /// The oldest that is not done; if there is none, the one that comes next.
    ///
    /// @return a sequence
    public long first() {
        return ring.first();
    }

    /// One more than the newest.
    ///
    /// @return a sequence
    public long end() {
        return ring.end();
    }

    /// One more than the newest that is not done.
    ///
    /// @return a sequence, 0 if all are
    public long unsettledEnd() {
        long end = ring.end();
        while (end > ring.first() && phase(end - 1) == DONE) {
            end--;
        }
        return end == ring.first() ? 0 : end;
    }

    /// The first that was not looked at on this connection.
    ///
    /// @return a sequence, [#end] if all were
    public long next() {
        return next;
    }

    /// Whether nothing is here, done or not.
    ///
    /// @return true if none is here
    public boolean isEmpty() {
        return ring.isEmpty();
    }

    /// What the messages are charged with, see [Message#costBytes].
    ///
    /// @return 0 or more
    public long bytes() {
        return bytes;
    }

    /// How many messages there is memory for.
    ///
    /// @return places
    public int capacity() {
        return ring.capacity();
    }

    /// How many were not looked at on this connection.
    ///
    /// @return 0 or more
    public long left() {
        return ring.end() - next;
    }

    /// The [#next] was looked at.
    public void passNext() {
        next++;
    }

    /// Nothing before a sequence comes any more.
    ///
    /// @param sequence of the first that may come
    public void skipTo(long sequence) {
        boolean empty = ring.isEmpty();
        ring.skipTo(sequence, DONE);
        if (empty) {
            next = sequence;
        }
    }

    /// A message was sent for the first time.
    ///
    /// @param sequence its place
    /// @param message which
    /// @param flags bits of [Flags]
    /// @param origin through what it came, or null
    public void add(long sequence, Message message, int flags, Origin origin) {
        skipTo(sequence);
        append(message, flags | SENT, origin);
        next = ring.end();
    }

    /// A message may have been sent by a process before this one.
    ///
    /// @param sequence its place
    /// @param message which
    /// @param flags bits of [Flags]
    /// @param origin through what it came, or null
    public void addWaiting(long sequence, Message message, int flags, Origin origin) {
        skipTo(sequence);
        append(message, flags | WAITING, origin);
    }

    /// Of the message behind the last only PUBREL is owed.
    public void addReleased() {
        append(null, 2 | RELEASED, null);
    }

    private void append(Message message, int state, Origin origin) {
        if (message != null) {
            bytes += message.costBytes();
            memory.hold(message);
        }
        if (origin instanceof Lender lender) {
            lender.placed(ring.end());
        }
        ring.add(message, state, origin);
    }

    /// What it is in.
    ///
    /// @param sequence its place
    /// @return [#WAITING], [#SENT], [#RELEASED] or [#DONE]
    public int phase(long sequence) {
        return ring.state(sequence) & PHASE;
    }

    /// What it was given.
    ///
    /// @param sequence its place
    /// @return bits of [Flags]
    public int flags(long sequence) {
        return ring.state(sequence) & ~PHASE;
    }

    /// What was sent.
    ///
    /// @param sequence its place
    /// @return null if only PUBREL is owed, or nothing
    public Message message(long sequence) {
        return ring.message(sequence);
    }

    /// Through what it came.
    ///
    /// @param sequence its place
    /// @return as it was given
    public Origin origin(long sequence) {
        return ring.origin(sequence);
    }

    /// Whether a message is in a phase.
    ///
    /// @param sequence its place
    /// @param phase which
    /// @param qos its quality of service
    /// @return false also if there is none
    public boolean is(long sequence, int phase, int qos) {
        return (ring.state(sequence) & (PHASE | QOS)) == (phase | qos);
    }

    /// It was sent again.
    ///
    /// @param sequence its place
    public void sentAgain(long sequence) {
        ring.state(sequence, flags(sequence) | SENT);
    }

    /// Only PUBREL is owed for it from now on.
    ///
    /// @param sequence its place
    public void release(long sequence) {
        ring.state(sequence, flags(sequence) | RELEASED);
        forget(sequence);
    }

    /// It is done.
    ///
    /// @param sequence its place
    /// @return through what it came
    public Origin end(long sequence) {
        ring.state(sequence, DONE);
        forget(sequence);
        Origin origin = ring.takeOrigin(sequence);
        while (!ring.isEmpty() && phase(ring.first()) == DONE) {
            ring.removeFirst();
        }
        next = Math.max(next, ring.first());
        return origin;
    }

    private void forget(long sequence) {
        Message message = ring.message(sequence);
        if (message != null) {
            bytes -= message.costBytes();
            memory.letGo(message);
            ring.forgetMessage(sequence);
        }
    }

    /// A new connection begins, on which all are sent again.
    public void rewind() {
        for (long sequence = ring.first(); sequence < ring.end(); sequence++) {
            if (phase(sequence) == SENT) {
                ring.state(sequence, flags(sequence) | WAITING);
            }
        }
        next = ring.first();
    }

    /// Where what somebody lent stands.
    ///
    /// @param lender of the message
    /// @return its sequence, or -1
    public long find(Lender lender) {
        long sequence = lender.place();
        boolean here = sequence >= ring.first() && sequence < ring.end() && ring.origin(sequence) == lender;
        return here ? sequence : -1;
    }

    /// All are done, whatever they were; nobody is told.
    ///
    /// @param sequence of the first that may come
    public void clear(long sequence) {
        for (long each = ring.first(); each < ring.end(); each++) {
            forget(each);
        }
        ring.clear();
        skipTo(sequence);
        next = ring.end();
        assert bytes == 0 : bytes;
    }
}
