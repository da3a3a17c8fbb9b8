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
    private final Sent sent;
    private final SendWindow window;
    private final Identifiers ids;

    /// @param owner told what is settled
    /// @param sent what was sent
    /// @param window told what is answered
    /// @param ids of the packets
    InFlight(OutboxOwner owner, Sent sent, SendWindow window, Identifiers ids) {
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
        if (!is(sequence, Sent.SENT, 2)) {
            return is(sequence, Sent.RELEASED, 2);
        }
        release(sequence);
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
        long sequence = sequence(packetId);
        return sequence >= 0 && sent.phase(sequence) != Sent.DONE;
    }

    private boolean completes(long sequence, int phase, int qos) {
        if (!is(sequence, phase, qos)) {
            return false;
        }
        window.answered(sequence, owner.host().nowMillis());
        settle(sequence);
        return true;
    }

    private boolean is(long sequence, int phase, int qos) {
        return sequence >= 0 && sent.is(sequence, phase, qos);
    }

    /// @return the sequence that was sent on this connection with a packet identifier, -1 if there is none
    private long sequence(int packetId) {
        long sequence = ids.sequence(packetId, sent.first());
        return sequence < sent.next() ? sequence : -1;
    }

    /// Only PUBREL is owed for a message from now on.
    void release(long sequence) {
        sent.release(sequence);
        if (owner.durable()) {
            owner.host().journal().received(owner.epoch(), sequence);
        }
    }

    /// A message that was sent is owed no more.
    void settle(long sequence) {
        Lender.settle(end(sequence));
    }

    /// @return who lent it, to be told
    private Origin end(long sequence) {
        int qos = sent.flags(sequence) & QOS;
        Origin origin = sent.end(sequence);
        if (!Lender.keeps(qos, origin)) {
            owner.settled(sequence);
        }
        return origin;
    }

    /// Takes a message of QoS 1 back that a shared group lent, and which is told nothing any more.
    ///
    /// @return false if it isn't here, or stays [MQTT-4.8.2-4]
    boolean takeBack(Lender lender) {
        long sequence = sent.find(lender);
        if (sequence < 0 || (sent.flags(sequence) & QOS) != 1) {
            return false;
        }
        if (sent.phase(sequence) == Sent.SENT) {
            window.takenBack();
        }
        end(sequence);
        return true;
    }

    /// Drops everything, since the session ends.
    ///
    /// @param end sequence of the first that may come
    void clear(long end) {
        for (long sequence = sent.first(); sequence < sent.end(); sequence++) {
            if (sent.phase(sequence) == Sent.WAITING && sent.message(sequence) != null) {
                owner.dropped(sent.message(sequence), DropReason.SESSION_ENDED);
            }
            Lender.settle(sent.origin(sequence));
        }
        sent.clear(end);
        window.begin(null);
    }
}
