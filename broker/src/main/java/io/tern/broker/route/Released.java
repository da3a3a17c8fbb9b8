package io.tern.broker.route;

import io.tern.broker.safety.Safety;
import io.tern.engine.inbound.Ticket;

/// A message that leaves a queue of the server's for those who get it, on several shards: their records count together
/// with the one that decides, and in the same piece of the journal it is gone from where it was. So after a crash it is
/// there still and nobody has it, or all have it.
final class Released extends Ticket {

    private final Safety safety;
    private final long targets;
    private final long transaction;
    private final Runnable gone;

    /// @param safety of the shard that the message leaves
    /// @param targets a bit for each shard that has a part
    /// @param transaction its number
    /// @param gone stages that it is gone
    Released(Safety safety, long targets, long transaction, Runnable gone) {
        this.safety = safety;
        this.targets = targets;
        this.transaction = transaction;
        this.gone = gone;
    }

    @Override
    public long transaction() {
        return transaction;
    }

    @Override
    protected void done() {
        safety.journal().committed(transaction);
        gone.run();
        safety.whenSafe(() -> {
            for (long left = targets; left != 0; left &= left - 1) {
                safety.decided(Long.numberOfTrailingZeros(left), transaction);
            }
        });
    }
}
