package io.tern.engine;

import io.tern.wire.ReasonCode;

/// What a publisher's PUBACK or PUBREC waits for. If the connection ends first, the answer is discarded; at QoS 2 a
/// repeat on a later connection joins the ticket instead of routing again.
public class ReplyTicket extends Ticket {

    private final Session session;
    private final int packetId;
    private final int qos;
    private Channel channel;
    private int slot;
    private int holds;
    private boolean settled;
    private final ReasonCode reason;

    /// A ticket with one part.
    ///
    /// @param channel who gets the answer
    /// @param slot place of the answer in the channel's ring of replies
    /// @param packetId of the PUBLISH
    /// @param qos 1 or 2
    /// @param reason what the answer will say
    public ReplyTicket(Channel channel, int slot, int packetId, int qos, ReasonCode reason) {
        this.session = channel.session();
        this.channel = channel;
        this.slot = slot;
        this.packetId = packetId;
        this.qos = qos;
        this.reason = reason;
    }

    /// Lets a repeat of the PUBLISH find it. Called by its maker, once.
    public final void register() {
        if (qos == 2) {
            session.inboundQos2().await(packetId, this);
        }
    }

    @Override
    protected void done() {
        reply();
    }

    /// The answer leaves, unless somebody holds it.
    protected final void reply() {
        settled = true;
        if (holds == 0) {
            answer();
        }
    }

    /// Somebody holds the answer, and nothing else: what it waits for goes on.
    public final void hold() {
        holds++;
    }

    /// Who held the answer lets it go.
    public final void letGo() {
        if (--holds == 0 && settled) {
            answer();
        }
    }

    private void answer() {
        if (qos == 2) {
            session.inboundQos2().arrived(packetId, this);
        }
        channel.settled(slot, reason);
    }

    /// Whether the packet identifier of a QoS 2 message still has to be remembered.
    ///
    /// @return false once it was released, or its session has ended
    protected final boolean isOpen() {
        return !session.ended() && session.inboundQos2().isOpen(packetId);
    }

    /// A repeat of the PUBLISH has come: the answer goes there instead.
    void join(Channel newChannel, int newSlot) {
        if (channel == newChannel) {
            channel.discard(slot);
        }
        channel = newChannel;
        slot = newSlot;
    }
}
