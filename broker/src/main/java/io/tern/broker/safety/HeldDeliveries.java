package io.tern.broker.safety;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Deliveries of one shard that are held back until their transaction is decided.
///
/// Bounded by the transactions under way, each of which belongs to a packet whose answer is owed, or to a loan against
/// credit.
final class HeldDeliveries {

    private static final Runnable[] NONE = {};

    private final Map<Long, List<Runnable>> byTransaction = new HashMap<>();

    void add(long transaction, Runnable release) {
        byTransaction.computeIfAbsent(transaction, key -> new ArrayList<>(1)).add(release);
    }

    /// A transaction counts: its deliveries may go out.
    ///
    /// @return those that are to be released, none if nothing is held back for it
    Runnable[] decided(long transaction) {
        List<Runnable> releases = byTransaction.remove(transaction);
        return releases == null ? NONE : releases.toArray(NONE);
    }
}
