package io.tern.engine.outbound;

import io.tern.api.Message;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Origin;
import java.util.ArrayDeque;

/// Messages of QoS 0 for a receiver that reads more slowly than it is written to. They end with the connection.
///
/// Bounded in bytes by half of what a queue may hold, see [Outbox]: when it is full the newest is dropped, so that what
/// arrives has no more gaps than it must.
public final class Qos0Backlog {

    private record Queued(Message message, boolean retain, Origin origin) {}

    private final OutboxOwner owner;
    private final ArrayDeque<Queued> waiting = new ArrayDeque<>();
    private long queuedBytes;
    /// So many at the front were taken in under rules that may not hold any more.
    private int doubted;

    public Qos0Backlog(OutboxOwner owner) {
        this.owner = owner;
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    public void add(Message message, boolean retain, Origin origin) {
        OutboundHost host = owner.host();
        int cost = message.costBytes();
        if (2 * (queuedBytes + cost) > Math.min(host.queueBytes(), host.memory().roomBytes(true))) {
            owner.dropped(message, DropReason.QOS0_SLOW_RECEIVER);
            Lender.settle(origin);
            return;
        }
        queuedBytes += cost;
        host.memory().hold(message);
        waiting.add(new Queued(message, retain, origin));
    }

    public void drain(Receiver receiver, long nowMillis) {
        int denied = 0;
        while (receiver.outlet().writable()) {
            if (denied == Backlog.DENIED_AT_ONCE) {
                owner.later(owner::drain);
                return;
            }
            Queued first = waiting.poll();
            if (first == null) {
                return;
            }
            letGo(first);
            if (doubted > 0) {
                doubted--;
                boolean lent = first.origin instanceof Lender;
                if (!lent && !owner.mayStillReceive(first.message, 0)) {
                    owner.dropped(first.message, DropReason.NOT_AUTHORIZED);
                    denied++;
                    continue;
                }
            }
            send(owner, receiver, first.message, first.retain, first.origin, nowMillis);
        }
    }

    /// Sends a message at once.
    public static void send(
            OutboxOwner owner, Receiver receiver, Message message, boolean retain, Origin origin, long nowMillis) {
        OutboundHost host = owner.host();
        if (message.expired(nowMillis)) {
            owner.dropped(message, DropReason.EXPIRED);
        } else {
            int[] identifiers = Origin.identifiers(origin);
            if (!host.frames().write(receiver, message, 0, false, retain, 0, identifiers, nowMillis)) {
                owner.dropped(message, DropReason.TOO_LARGE);
            }
        }
        Lender.settle(origin);
    }

    /// See [Outbox#doubt].
    public void doubt() {
        doubted = waiting.size();
    }

    public void clear() {
        for (Queued each : waiting) {
            owner.dropped(each.message, DropReason.QOS0_SLOW_RECEIVER);
            letGo(each);
            Lender.settle(each.origin);
        }
        waiting.clear();
    }

    private void letGo(Queued gone) {
        queuedBytes -= gone.message.costBytes();
        owner.host().memory().letGo(gone.message);
    }
}
