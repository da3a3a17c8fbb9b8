package io.tern.engine;

import io.tern.wire.ReasonCode;

/// What a publisher's PUBACK or PUBREC waits for: one part for each shard, and each record, that owes the message.
///
/// Made by the publisher's shard; carried to other shards and back, but touched only by its own. If the connection ends
/// first, the answer is discarded; at QoS 2 a repeat on a later connection joins the ticket instead of routing again.
public final class Ticket {

    private final Session session;
    private final int packetId;
    private final int qos;
    private Channel channel;
    private int slot;
    private int parts = 1;
    private final ReasonCode reason;

    /// A ticket with one part, which is its maker's: done when everything has been handed out.
    ///
    /// @param channel who gets the answer
    /// @param slot place of the answer in the channel's ring of replies
    /// @param packetId of the PUBLISH
    /// @param qos 1 or 2
    /// @param reason what the answer will say
    public Ticket(Channel channel, int slot, int packetId, int qos, ReasonCode reason) {
        this.session = channel.session();
        this.channel = channel;
        this.slot = slot;
        this.packetId = packetId;
        this.qos = qos;
        this.reason = reason;
        if (qos == 2) {
            session.inboundQos2().await(packetId, this);
        }
    }

    /// One more has to be done.
    public void addPart() {
        parts++;
    }

    /// One part is done; after the last the answer leaves.
    public void partDone() {
        assert parts > 0;
        if (--parts > 0) {
            return;
        }
        if (qos == 2) {
            session.inboundQos2().arrived(packetId, this);
        }
        channel.settled(slot, reason);
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
