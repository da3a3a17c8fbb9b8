package io.tern.broker.route;

import io.tern.broker.safety.Safety;
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

    private final Safety safety;
    private final long session;
    private final int packetId;
    private final long targets;
    private final long transaction;

    /// @param safety of the publisher's shard
    /// @param transaction its number
    /// @param targets a bit for each shard that has a part
    Transaction(
            Safety safety,
            Channel channel,
            int slot,
            int packetId,
            long targets,
            ReasonCode reason,
            long transaction) {
        super(channel.session().inboundQos2(), channel, slot, packetId, 2, reason);
        this.safety = safety;
        this.session = channel.session().epoch();
        this.packetId = packetId;
        this.targets = targets;
        this.transaction = transaction;
    }

    @Override
    public long transaction() {
        return transaction;
    }

    @Override
    protected void done() {
        if (isOpen()) {
            safety.journal().inboundOpened(session, packetId, 0);
        }
        safety.journal().committed(transaction);
        safety.whenSafe(() -> {
            reply();
            for (long left = targets; left != 0; left &= left - 1) {
                safety.decided(Long.numberOfTrailingZeros(left), transaction);
            }
        });
    }
}
