package io.tern.engine;

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
final class AcksInbound {

    private final Channel channel;
    private final Session session;
    private final Host host;
    private final Outlet out;

    AcksInbound(Channel channel, Host host, Outlet out) {
        this.channel = channel;
        this.session = channel.session();
        this.host = host;
        this.out = out;
    }

    void on(PubAck ack) {
        if (session.outbox().acknowledged(ack.packetId())) {
            session.drain();
        } else {
            refuseIfInFlight(ack.packetId(), "PUBACK", "was sent at QoS 2");
        }
    }

    void on(PubRec ack) {
        boolean known = session.outbox().received(ack.packetId(), ack.reason().isError());
        if (!known && refuseIfInFlight(ack.packetId(), "PUBREC", "was sent at QoS 1")) {
            return;
        }
        if (!ack.reason().isError()) {
            answer(Outlet.PUBREL, ack.packetId(), known);
        } else if (known) {
            session.drain();
        }
    }

    void on(PubRel ack) {
        boolean known = session.inboundQos2().release(ack.packetId());
        if (known && session.durable()) {
            host.journal().inboundReleased(session.epoch(), ack.packetId());
        }
        answer(Outlet.PUBCOMP, ack.packetId(), known);
    }

    void on(PubComp ack) {
        if (session.outbox().completed(ack.packetId())) {
            session.drain();
        } else {
            refuseIfInFlight(ack.packetId(), "PUBCOMP", "was not released");
        }
    }

    /// Closes the connection if that packet identifier waits for another answer [MQTT-4.13.1-1].
    private boolean refuseIfInFlight(int packetId, String answer, String state) {
        boolean wrong = session.outbox().isInFlight(packetId);
        if (wrong) {
            channel.fail(ReasonCode.PROTOCOL_ERROR, answer + " for message " + packetId + ", which " + state);
        }
        return wrong;
    }

    private void answer(int header, int packetId, boolean known) {
        ReasonCode reason = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        if (session.durable() && host.keeps()) {
            host.whenSafe(() -> answer(header, packetId, reason));
        } else {
            out.ack(header, packetId, reason);
        }
    }

    private void answer(int header, int packetId, ReasonCode reason) {
        if (channel.isOpen()) {
            out.ack(header, packetId, reason);
        }
    }
}
