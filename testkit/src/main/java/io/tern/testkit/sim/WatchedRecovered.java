package io.tern.testkit.sim;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.wire.Will;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Hears what a broker is told of the process before it.
final class WatchedRecovered implements Recovered {

    private final Simulation sim;
    private final List<Recovered> into;
    private final Map<Long, String> clientIds;
    private final Map<Long, Long> ends;

    /// @param clientIds gets the name of each epoch
    /// @param ends gets the end of each queue
    WatchedRecovered(Simulation sim, List<Recovered> into, Map<Long, String> clientIds, Map<Long, Long> ends) {
        this.sim = sim;
        this.into = into;
        this.clientIds = clientIds;
        this.ends = ends;
    }

    @Override
    public void session(
            long epoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis,
            long sentEnd) {
        sim.trace().event(clientId, "recovered", epoch, leftMillis, sentEnd + " may be sent");
        clientIds.put(epoch, clientId);
        ends.put(epoch, sentEnd == Records.SENT_UNKNOWN ? 0 : sentEnd);
        into.forEach(each -> each.session(epoch, clientId, owner, expirySeconds, will, leftMillis, sentEnd));
    }

    @Override
    public void group(long epoch, String filter) {
        sim.trace().event(filter, "group recovered", epoch, 0);
        clientIds.put(epoch, filter);
        into.forEach(each -> each.group(epoch, filter));
    }

    @Override
    public void delayed(long epoch) {
        sim.trace().event("delayed " + epoch, "delayed recovered", epoch, 0);
        clientIds.put(epoch, "delayed " + epoch);
        ends.put(epoch, WatchedStore.ANY_SEQUENCE);
        into.forEach(each -> each.delayed(epoch));
    }

    @Override
    public void subscription(long epoch, String filter, int options, int identifier) {
        into.forEach(each -> each.subscription(epoch, filter, options, identifier));
    }

    @Override
    public void inbound(long epoch, int packetId) {
        into.forEach(each -> each.inbound(epoch, packetId));
    }

    @Override
    public void loose(long epoch, long first, long end) {
        sim.trace().event(clientIds.get(epoch), "has loose", first, end);
        into.forEach(each -> each.loose(epoch, first, end));
    }

    @Override
    public void queue(long epoch, long first, long end, long messages, long bytes) {
        sim.trace().event(clientIds.get(epoch), "has queued", first, end);
        ends.merge(epoch, end, Math::max);
        into.forEach(each -> each.queue(epoch, first, end, messages, bytes));
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        into.forEach(each -> each.retained(id, owner, expiresAtMillis, costBytes, message));
    }
}
