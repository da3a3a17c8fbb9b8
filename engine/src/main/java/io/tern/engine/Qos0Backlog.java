package io.tern.engine;

import io.tern.api.Message;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Origin;
import io.tern.engine.queue.Waiting;
import java.util.ArrayDeque;

/// Messages of QoS 0 for a receiver that reads more slowly than it is written to. They end with the connection.
///
/// Bounded in bytes by half of what a queue may hold, see [Outbox]: when it is full the newest is dropped, so that what
/// arrives has no more gaps than it must.
final class Qos0Backlog {

    private record Waiting(Message message, boolean retain, Origin origin) {}

    private final Session session;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long queuedBytes;
    /// So many at the front were taken in under rules that may not hold any more.
    private int doubted;

    Qos0Backlog(Session session) {
        this.session = session;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(Message message, boolean retain, Origin origin) {
        Host host = session.host();
        int cost = message.costBytes();
        if (2 * (queuedBytes + cost) > Math.min(host.limits().queueBytes(), host.memory().roomBytes(true))) {
            host.dropped(session, message, DropReason.QOS0_SLOW_RECEIVER);
            Lender.settle(origin);
            return;
        }
        queuedBytes += cost;
        host.memory().hold(message);
        waiting.add(new Waiting(message, retain, origin));
    }

    void drain(Channel channel, long nowMillis) {
        int denied = 0;
        while (channel.outlet().writable()) {
            if (denied == Backlog.DENIED_AT_ONCE) {
                session.host().gate().later(session, session::drain);
                return;
            }
            Waiting first = waiting.poll();
            if (first == null) {
                return;
            }
            letGo(first);
            if (doubted > 0) {
                doubted--;
                boolean lent = first.origin instanceof Lender;
                if (!lent && !session.host().gate().mayStillReceive(session, first.message, 0)) {
                    session.host().dropped(session, first.message, DropReason.NOT_AUTHORIZED);
                    denied++;
                    continue;
                }
            }
            send(session, channel, first.message, first.retain, first.origin, nowMillis);
        }
    }

    /// Sends a message at once.
    static void send(
            Session session, Channel channel, Message message, boolean retain, Origin origin, long nowMillis) {
        Host host = session.host();
        if (message.expired(nowMillis)) {
            host.dropped(session, message, DropReason.EXPIRED);
        } else {
            int[] identifiers = Origin.identifiers(origin);
            if (!host.frames().write(channel, message, 0, false, retain, 0, identifiers, nowMillis)) {
                host.dropped(session, message, DropReason.TOO_LARGE);
            }
        }
        Lender.settle(origin);
    }

    /// See [Outbox#doubt].
    void doubt() {
        doubted = waiting.size();
    }

    void clear() {
        for (Waiting each : waiting) {
            session.host().dropped(session, each.message, DropReason.QOS0_SLOW_RECEIVER);
            letGo(each);
            Lender.settle(each.origin);
        }
        waiting.clear();
    }

    private void letGo(Waiting gone) {
        queuedBytes -= gone.message.costBytes();
        session.host().memory().letGo(gone.message);
    }
}
