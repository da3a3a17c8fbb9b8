package io.tern.engine.inbound;

import io.tern.engine.outbound.Outbox;
import io.tern.engine.outbound.OutboxOwner;
import io.tern.engine.outbound.Outlet;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.ReasonCode;

/// What a server does with the acknowledgements of one connection: those of messages it has sent, and PUBREL for those
/// it has received.
///
/// What the other side may forget once it has our answer is on disk before that leaves.
///
/// An answer to nothing is let pass: the message may have been dropped, given to another member of its group, or sent
/// over an earlier connection. One that doesn't fit a message which was sent on this connection and is unanswered is an
/// error, since it leaves that message in flight for ever.
public final class AcksInbound {

    private final Sender sender;
    private final OutboxOwner owner;
    private final Outbox outbox;
    private final InboundQos2 qos2;
    private final Outlet out;

    /// Nothing has come yet.
    ///
    /// @param sender whence it will
    /// @param owner whose the outbox is
    /// @param outbox what the client was sent
    /// @param qos2 what it has sent, and not released
    /// @param out where answers go
    public AcksInbound(Sender sender, OutboxOwner owner, Outbox outbox, InboundQos2 qos2, Outlet out) {
        this.sender = sender;
        this.owner = owner;
        this.outbox = outbox;
        this.qos2 = qos2;
        this.out = out;
    }

    /// Handles one.
    ///
    /// @param ack as decoded
    public void on(PubAck ack) {
        if (outbox.acknowledged(ack.packetId())) {
            owner.drain();
        } else {
            refuseIfInFlight(ack.packetId(), "PUBACK", "was sent at QoS 2");
        }
    }

    /// Handles one.
    ///
    /// @param ack as decoded
    public void on(PubRec ack) {
        boolean known = outbox.received(ack.packetId(), ack.reason().isError());
        if (!known && refuseIfInFlight(ack.packetId(), "PUBREC", "was sent at QoS 1")) {
            return;
        }
        if (!ack.reason().isError()) {
            answer(Outlet.PUBREL, ack.packetId(), known);
        } else if (known) {
            owner.drain();
        }
    }

    /// Handles one.
    ///
    /// @param ack as decoded
    public void on(PubRel ack) {
        boolean known = qos2.release(ack.packetId());
        if (known && owner.durable()) {
            owner.host().journal().inboundReleased(owner.epoch(), ack.packetId());
        }
        answer(Outlet.PUBCOMP, ack.packetId(), known);
    }

    /// Handles one.
    ///
    /// @param ack as decoded
    public void on(PubComp ack) {
        if (outbox.completed(ack.packetId())) {
            owner.drain();
        } else {
            refuseIfInFlight(ack.packetId(), "PUBCOMP", "was not released");
        }
    }

    /// Closes the connection if that packet identifier waits for another answer [MQTT-4.13.1-1].
    private boolean refuseIfInFlight(int packetId, String answer, String state) {
        boolean wrong = outbox.isInFlight(packetId);
        if (wrong) {
            sender.fail(ReasonCode.PROTOCOL_ERROR, answer + " for message " + packetId + ", which " + state);
        }
        return wrong;
    }

    private void answer(int header, int packetId, boolean known) {
        ReasonCode reason = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        if (owner.keeps()) {
            owner.whenSafe(() -> answer(header, packetId, reason));
        } else {
            out.ack(header, packetId, reason);
        }
    }

    private void answer(int header, int packetId, ReasonCode reason) {
        if (sender.isOpen()) {
            out.ack(header, packetId, reason);
        }
    }
}
