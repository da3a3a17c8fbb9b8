package io.tern.engine;

import io.tern.api.Message;

/// What one session's client was sent at least once, on whatever connection, and has not settled; in order.
///
/// A message is in one of four phases: waiting, since it was sent on a connection before this one; sent; released, when
/// of QoS 2 only PUBREL is owed; or done, when it has a place for the order's sake alone, until all before it are done.
final class Sent {

    /// Bits of a state, beside those of [DurableQueue].
    private static final int PHASE = 0x30;
    static final int WAITING = 0x00;
    static final int SENT = 0x10;
    static final int RELEASED = 0x20;
    static final int DONE = 0x30;

    private static final int QOS = DurableQueue.QOS;

    private final Memory memory;
    private final MessageRing ring = new MessageRing();
    private long next;
    private long bytes;

    /// @param memory charged with what is here
    /// @param sequence of the first that may come
    Sent(Memory memory, long sequence) {
        this.memory = memory;
        skipTo(sequence);
    }

    /// The oldest that is not done; if there is none, the one that comes next.
    long first() {
        return ring.first();
    }

    /// One more than the newest.
    long end() {
        return ring.end();
    }

    /// The first that was not looked at on this connection.
    long next() {
        return next;
    }

    boolean isEmpty() {
        return ring.isEmpty();
    }

    /// What the messages are charged with, see [Message#costBytes].
    long bytes() {
        return bytes;
    }

    /// How many messages there is memory for.
    int capacity() {
        return ring.capacity();
    }

    /// How many were not looked at on this connection.
    long left() {
        return ring.end() - next;
    }

    /// The [#next] was looked at.
    void passNext() {
        next++;
    }

    /// Nothing before a sequence comes any more.
    void skipTo(long sequence) {
        boolean empty = ring.isEmpty();
        ring.skipTo(sequence, DONE);
        if (empty) {
            next = sequence;
        }
    }

    /// A message was sent for the first time.
    void add(long sequence, Message message, int flags, Origin origin) {
        skipTo(sequence);
        append(message, flags | SENT, origin);
        next = ring.end();
    }

    /// A message may have been sent by a process before this one.
    void addWaiting(long sequence, Message message, int flags, Origin origin) {
        skipTo(sequence);
        append(message, flags | WAITING, origin);
    }

    /// Of the message behind the last only PUBREL is owed.
    void addReleased() {
        append(null, 2 | RELEASED, null);
    }

    private void append(Message message, int state, Origin origin) {
        if (message != null) {
            bytes += message.costBytes();
            memory.hold(message);
        }
        ring.add(message, state, origin);
    }

    int phase(long sequence) {
        return ring.state(sequence) & PHASE;
    }

    /// Bits of [DurableQueue].
    int flags(long sequence) {
        return ring.state(sequence) & ~PHASE;
    }

    /// @return null if only PUBREL is owed, or nothing
    Message message(long sequence) {
        return ring.message(sequence);
    }

    Origin origin(long sequence) {
        return ring.origin(sequence);
    }

    boolean is(long sequence, int phase, int qos) {
        return (ring.state(sequence) & (PHASE | QOS)) == (phase | qos);
    }

    /// It was sent again.
    void sentAgain(long sequence) {
        ring.state(sequence, flags(sequence) | SENT);
    }

    /// Only PUBREL is owed for it from now on.
    void release(long sequence) {
        ring.state(sequence, flags(sequence) | RELEASED);
        forget(sequence);
    }

    /// It is done.
    ///
    /// @return what came with it
    Origin end(long sequence) {
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
    void rewind() {
        for (long sequence = ring.first(); sequence < ring.end(); sequence++) {
            if (phase(sequence) == SENT) {
                ring.state(sequence, flags(sequence) | WAITING);
            }
        }
        next = ring.first();
    }

    /// Where what somebody lent stands.
    ///
    /// @return its sequence, or -1
    long find(Lender lender) {
        return ring.find(lender);
    }

    /// All are done, whatever they were; nobody is told.
    ///
    /// @param sequence of the first that may come
    void clear(long sequence) {
        for (long each = ring.first(); each < ring.end(); each++) {
            forget(each);
        }
        ring.clear();
        skipTo(sequence);
        next = ring.end();
        assert bytes == 0 : bytes;
    }
}
