package io.tern.engine.outbound;

import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Origin;
import io.tern.engine.queue.Sent;

/// What the answers of one receiver do to the messages it was sent: each is found by its packet identifier, goes from
/// one phase to the next, and is settled in the end.
final class InFlight {

    private static final int QOS = Flags.QOS;

    private final OutboxOwner owner;
    private final SentByPriority sent;
    private final SendWindow window;
    private final Identifiers ids;

    /// @param owner told what is settled
    /// @param sent what was sent
    /// @param window told what is answered
    /// @param ids of the packets
    InFlight(OutboxOwner owner, SentByPriority sent, SendWindow window, Identifiers ids) {
        this.owner = owner;
        this.sent = sent;
        this.window = window;
        this.ids = ids;
    }

    /// PUBACK came.
    ///
    /// @return false if no PUBLISH of QoS 1 with it is unanswered
    boolean acknowledged(int packetId) {
        return completes(sequence(packetId), Sent.SENT, 1);
    }

    /// PUBREC came, see [Outbox#received].
    boolean received(int packetId, boolean refused) {
        long sequence = sequence(packetId);
        if (refused && completes(sequence, Sent.SENT, 2)) {
            return true;
        }
        Sent in = sent.holding(sequence);
        if (in == null || !in.is(sequence, Sent.SENT, 2)) {
            return in != null && in.is(sequence, Sent.RELEASED, 2);
        }
        release(in, sequence);
        return true;
    }

    /// PUBCOMP came.
    ///
    /// @return false if no PUBREL with that packet identifier is unanswered
    boolean completed(int packetId) {
        return completes(sequence(packetId), Sent.RELEASED, 2);
    }

    /// Whether what was sent with a packet identifier on this connection still waits for an answer.
    boolean has(int packetId) {
        return sent.holding(sequence(packetId)) != null;
    }

    private boolean completes(long sequence, int phase, int qos) {
        Sent in = sent.holding(sequence);
        if (in == null || !in.is(sequence, phase, qos)) {
            return false;
        }
        window.answered(sequence, sent.single(), owner.host().nowMillis());
        settle(in, sequence);
        return true;
    }

    /// @return the sequence that a packet identifier stands for among those that were sent; -1 if there is none
    private long sequence(int packetId) {
        return sent.isEmpty() ? -1 : ids.sequence(packetId, sent.first(Long.MAX_VALUE));
    }

    /// Only PUBREL is owed for a message from now on.
    ///
    /// @param in where it is
    void release(Sent in, long sequence) {
        in.release(sequence);
        if (owner.durable()) {
            owner.host().journal().received(owner.epoch(), sequence);
        }
    }

    /// A message that was sent is owed no more.
    ///
    /// @param in where it is
    void settle(Sent in, long sequence) {
        Lender.settle(end(in, sequence));
    }

    /// @return who lent it, to be told
    private Origin end(Sent in, long sequence) {
        int qos = in.flags(sequence) & QOS;
        Origin origin = in.end(sequence);
        if (!Lender.keeps(qos, origin)) {
            owner.settled(sequence);
        }
        return origin;
    }

    /// Takes a message of QoS 1 back that a shared group lent, and which is told nothing any more.
    ///
    /// @return false if it isn't here, or stays [MQTT-4.8.2-4]
    boolean takeBack(Lender lender) {
        Sent in = sent.lentBy(lender);
        long sequence = in == null ? -1 : in.find(lender);
        if (in == null || (in.flags(sequence) & QOS) != 1) {
            return false;
        }
        if (in.phase(sequence) == Sent.SENT) {
            window.takenBack();
        }
        end(in, sequence);
        return true;
    }

    /// Drops everything, since the session ends.
    ///
    /// @param end sequence of the first that may come
    void clear(long end) {
        Sent in = sent.any();
        while (in != null) {
            clear(in, end);
            in = sent.any();
        }
        sent.base().clear(end);
        window.begin(null);
    }

    private void clear(Sent in, long end) {
        for (long sequence = in.first(); sequence < in.end(); sequence++) {
            if (in.phase(sequence) == Sent.WAITING && in.message(sequence) != null) {
                owner.dropped(in.message(sequence), DropReason.SESSION_ENDED);
            }
            Lender.settle(in.origin(sequence));
        }
        in.clear(end);
    }
}
