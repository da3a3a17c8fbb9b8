package io.tern.broker;

import io.tern.api.Message;
import io.tern.engine.Connecting;
import io.tern.engine.Limits;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Property;
import io.tern.wire.Will;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// What follows when a session loses its connection: its will, after its delay, and its end, after its expiry.
final class Departures {

    /// Subscriptions taken out of the index in one turn.
    private static final int SUBSCRIPTIONS_PER_TURN = 1000;
    /// Wills sent in one turn.
    private static final int WILLS_PER_TURN = 32;

    /// Messages of the server itself that wait; more are dropped and counted as not taken.
    private static final int WAITING_MAX = 10_000;

    /// A session without a connection, until it is back or ends.
    private final class Absence extends Timer {
        private final Session session;
        private long willMillis;
        private final long endMillis;

        Absence(Session session, long willMillis, long endMillis) {
            this.session = session;
            this.willMillis = willMillis;
            this.endMillis = endMillis;
        }

        @Override
        void fire(long nowMillis) {
            if (nowMillis >= willMillis) {
                willMillis = Long.MAX_VALUE;
                sendWill(session);
            }
            if (nowMillis >= endMillis) {
                end(session);
            } else {
                schedule();
            }
        }

        void schedule() {
            long dueMillis = Math.min(willMillis, endMillis);
            if (dueMillis != Long.MAX_VALUE) {
                shard.timers().schedule(this, dueMillis);
            }
        }
    }

    /// Subscriptions of a session that has ended, on their way out of the index.
    private static final class Leaving {
        final Subscription[] subscriptions;
        int at;

        Leaving(Subscription[] subscriptions) {
            this.subscriptions = subscriptions;
        }
    }

    private final Shard shard;
    private final Broker broker;
    private final Map<Session, Absence> absences = new HashMap<>();
    private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();
    private final ArrayDeque<Message> wills = new ArrayDeque<>();

    Departures(Shard shard, Broker broker) {
        this.shard = shard;
        this.broker = broker;
    }

    /// A session has lost its connection.
    void detached(Session session, boolean sendWill) {
        if (!sendWill) {
            session.clearWill();
        }
        shard.subscribing().gone(session);
        long expirySeconds = session.expirySeconds();
        if (expirySeconds == 0) {
            end(session);
            return;
        }
        long now = shard.nowMillis();
        Will will = session.will();
        long delaySeconds = will == null ? 0 : will.properties().number(Property.WILL_DELAY_INTERVAL, 0);
        if (will != null && delaySeconds == 0) {
            sendWill(session);
            will = null;
        }
        Absence absence = new Absence(
                session,
                will == null ? Long.MAX_VALUE : now + delaySeconds * 1000,
                expirySeconds == Limits.NEVER_EXPIRES ? Long.MAX_VALUE : now + expirySeconds * 1000);
        absences.put(session, absence);
        absence.schedule();
    }

    /// A session has a connection again: it doesn't end, and a will that waits is not sent [MQTT-3.1.3-9].
    void back(Session session) {
        Absence absence = absences.remove(session);
        if (absence != null) {
            shard.timers().cancel(absence);
        }
    }

    /// Ends a session that has no connection: its will is sent if it still waits [MQTT-3.1.2-8].
    void end(Session session) {
        back(session);
        sendWill(session);
        shard.subscribing().ended(session);
        Subscription[] subscriptions = session.subscriptions().toArray();
        session.end();
        shard.ended(session);
        shard.connects().ended(session);
        if (subscriptions.length > 0) {
            leaving.add(new Leaving(subscriptions));
            proceed(SUBSCRIPTIONS_PER_TURN);
        }
    }

    private void sendWill(Session session) {
        Will will = session.will();
        if (will != null) {
            session.clearWill();
            Message message = Connecting.message(will, session.clientId(), shard.nowMillis());
            shard.gate().will(session.client(), will, allowed -> {
                if (allowed) {
                    wills.add(message);
                }
            });
        }
    }

    /// Sends a message of the server itself, in turn with wills.
    void publish(Message message) {
        shard.enter();
        if (wills.size() < WAITING_MAX) {
            wills.add(message);
        } else {
            shard.counters().count(Counters.Event.REJECTED);
        }
    }

    void turn() {
        proceed(SUBSCRIPTIONS_PER_TURN);
        for (int i = 0; i < WILLS_PER_TURN && !wills.isEmpty() && shard.router().clear(); i++) {
            shard.router().publish(wills.poll());
        }
    }

    /// Whether more can be done at once.
    boolean waiting() {
        return !leaving.isEmpty() || !wills.isEmpty() && shard.router().clear();
    }

    private void proceed(int budget) {
        int left = budget;
        while (left > 0 && !leaving.isEmpty()) {
            Leaving first = leaving.peek();
            int end = Math.min(first.subscriptions.length, first.at + left);
            left -= end - first.at;
            while (first.at < end) {
                shard.subscribing().remove(first.subscriptions[first.at++]);
            }
            if (first.at == first.subscriptions.length) {
                leaving.poll();
            }
        }
    }

    int absent() {
        return absences.size();
    }
}
