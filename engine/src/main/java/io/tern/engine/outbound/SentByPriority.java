package io.tern.engine.outbound;

import io.tern.api.Message;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Memory;
import io.tern.engine.queue.Origin;
import io.tern.engine.queue.Sent;

/// What one session's client was sent and has not settled, by its priority: within one the sequences rise as messages
/// are sent, so that a message is found by its sequence.
///
/// What may have been sent by a process before this one is in the lowest, whatever its priority is.
final class SentByPriority {

    private static final Sent[] NONE = {};

    private final Memory memory;
    private final Sent base;
    /// By the priority less one; null where nothing was sent.
    private Sent[] higher = NONE;
    private long messages;
    private long last = -1;

    /// Nothing yet.
    ///
    /// @param sequence of the first that may come
    SentByPriority(Memory memory, long sequence) {
        this.memory = memory;
        this.base = new Sent(memory, sequence);
    }

    /// Of the lowest priority.
    Sent base() {
        return base;
    }

    /// A message was sent for the first time.
    void add(long sequence, Message message, int flags, Origin origin) {
        int priority = message.priority();
        Sent to = priority == 0 ? base : higher(priority);
        to.add(sequence, message, flags, origin);
        messages++;
        last = sequence;
    }

    /// How many were sent for the first time.
    long messages() {
        return messages;
    }

    /// What was sent last since that was set to -1.
    long last() {
        return last;
    }

    void last(long sequence) {
        last = sequence;
    }

    private Sent higher(int priority) {
        if (higher.length < priority) {
            Sent[] more = new Sent[priority];
            System.arraycopy(higher, 0, more, 0, higher.length);
            higher = more;
        }
        if (higher[priority - 1] == null) {
            higher[priority - 1] = new Sent(memory, 0);
        }
        return higher[priority - 1];
    }

    /// Whether all that was sent had the same priority.
    boolean single() {
        return higher.length == 0;
    }

    /// How many were not looked at on this connection.
    long left() {
        long left = base.left();
        for (Sent each : higher) {
            left += each == null ? 0 : each.left();
        }
        return left;
    }

    /// Where the next is of those that were sent before this connection: they go again in the order of their sequences,
    /// since a message that a process before this one has sent may be of any priority.
    ///
    /// @return null if none is left
    Sent again() {
        Sent again = base.left() > 0 ? base : null;
        for (Sent each : higher) {
            if (each != null && each.left() > 0 && (again == null || each.next() < again.next())) {
                again = each;
            }
        }
        return again;
    }

    /// @return where something is; null if nothing is anywhere
    Sent any() {
        for (Sent each : higher) {
            if (each != null && !each.isEmpty()) {
                return each;
            }
        }
        return base.isEmpty() ? null : base;
    }

    boolean isEmpty() {
        return any() == null;
    }

    /// The oldest that is not done, or another if that is older.
    long first(long other) {
        long first = base.isEmpty() ? other : Math.min(other, base.first());
        for (Sent each : higher) {
            first = each == null || each.isEmpty() ? first : Math.min(first, each.first());
        }
        return first;
    }

    /// One more than the newest that was ever here.
    long end() {
        long end = base.end();
        for (Sent each : higher) {
            end = each == null ? end : Math.max(end, each.end());
        }
        return end;
    }

    /// One more than the newest that is not done; 0 for none.
    long unsettledEnd() {
        long end = base.unsettledEnd();
        for (Sent each : higher) {
            end = each == null ? end : Math.max(end, each.unsettledEnd());
        }
        return end;
    }

    /// What the messages are charged with.
    long bytes() {
        long bytes = base.bytes();
        for (Sent each : higher) {
            bytes += each == null ? 0 : each.bytes();
        }
        return bytes;
    }

    /// How many messages there is memory for.
    int capacity() {
        int places = base.capacity();
        for (Sent each : higher) {
            places += each == null ? 0 : each.capacity();
        }
        return places;
    }

    /// Where a sequence is that was sent on this connection and is not done.
    ///
    /// @param sequence -1 for none
    /// @return null if it is nowhere
    Sent holding(long sequence) {
        for (Sent each : higher) {
            if (each != null && holds(each, sequence)) {
                return each;
            }
        }
        return holds(base, sequence) ? base : null;
    }

    private static boolean holds(Sent sent, long sequence) {
        return sequence >= sent.first() && sequence < sent.next() && sent.phase(sequence) != Sent.DONE;
    }

    /// Where what somebody lent is.
    ///
    /// @return null if it isn't here
    Sent lentBy(Lender lender) {
        for (Sent each : higher) {
            if (each != null && each.find(lender) >= 0) {
                return each;
            }
        }
        return base.find(lender) >= 0 ? base : null;
    }

    /// A new connection begins, on which all are sent again.
    void rewind() {
        base.rewind();
        for (Sent each : higher) {
            if (each != null) {
                each.rewind();
            }
        }
    }
}
