package io.tern.engine.inbound;

import io.tern.wire.ReasonCode;

/// What a publisher's PUBACK or PUBREC waits for. If the connection ends first, the answer is discarded; at QoS 2 a
/// repeat on a later connection joins the ticket instead of routing again.
public class ReplyTicket extends Ticket {

    private final InboundQos2 qos2;
    private final int packetId;
    private final int qos;
    private Replies replies;
    private int slot;
    private int holds;
    private boolean settled;
    private final ReasonCode reason;

    /// A ticket with one part.
    ///
    /// @param qos2 open identifiers of the publisher's session
    /// @param replies where the answer leaves
    /// @param slot place of the answer there
    /// @param packetId of the PUBLISH
    /// @param qos 1 or 2
    /// @param reason what the answer will say
    public ReplyTicket(
            InboundQos2 qos2, Replies replies, int slot, int packetId, int qos, ReasonCode reason) {
        this.qos2 = qos2;
        this.replies = replies;
        this.slot = slot;
        this.packetId = packetId;
        this.qos = qos;
        this.reason = reason;
    }

    /// Lets a repeat of the PUBLISH find it. Called by its maker, once.
    public final void register() {
        if (qos == 2) {
            qos2.await(packetId, this);
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
            qos2.arrived(packetId, this);
        }
        replies.settled(slot, reason);
    }

    /// Whether the packet identifier of a QoS 2 message still has to be remembered.
    ///
    /// @return false once it was released, or its session has ended
    protected final boolean isOpen() {
        return qos2.isOpen(packetId);
    }

    /// A repeat of the PUBLISH has come: the answer goes there instead.
    void join(Replies newReplies, int newSlot) {
        if (replies == newReplies) {
            replies.discard(slot);
        }
        replies = newReplies;
        slot = newSlot;
    }
}
