package io.tern.broker;

import io.tern.engine.Channel;
import io.tern.engine.inbound.ReplyTicket;
import io.tern.wire.ReasonCode;

/// A QoS 2 message of a durable publisher whose records don't stand in one piece of the journal: they count together
/// with the record that decides, which also remembers the packet identifier. So after a crash either nobody has the
/// message and its publisher sends it again, or all have it and it is not taken twice.
///
/// Each shard writes its part and holds the deliveries back; when all parts are on disk the publisher's shard writes
/// the decision, and when that is on disk the publisher is answered and the deliveries go out.
final class Transaction extends ReplyTicket {

    private final Shard shard;
    private final long session;
    private final int packetId;
    private final long targets;
    private final long transaction;

    /// @param shard the publisher's
    /// @param targets a bit for each shard that has a part
    Transaction(Shard shard, Channel channel, int slot, int packetId, long targets, ReasonCode reason) {
        super(channel.session().inboundQos2(), channel, slot, packetId, 2, reason);
        this.shard = shard;
        this.session = channel.session().epoch();
        this.packetId = packetId;
        this.targets = targets;
        this.transaction = shard.broker().nextTransaction();
    }

    @Override
    public long transaction() {
        return transaction;
    }

    @Override
    protected void done() {
        if (isOpen()) {
            shard.journal().inboundOpened(session, packetId, 0);
        }
        shard.journal().committed(transaction);
        shard.whenSafe(() -> {
            reply();
            for (long left = targets; left != 0; left &= left - 1) {
                shard.safety().decided(Long.numberOfTrailingZeros(left), transaction);
            }
        });
    }
}
