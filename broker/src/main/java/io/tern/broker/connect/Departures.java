package io.tern.broker.connect;

import io.tern.api.Journal;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.broker.link.Links;
import io.tern.broker.safety.Safety;
import io.tern.broker.share.Memberships;
import io.tern.broker.subscribe.ShardSubscriptions;
import io.tern.broker.time.Steps;
import io.tern.broker.time.Timer;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.rules.Limits;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.Consumer;

/// What follows when a session of one shard loses its connection: its will, after its delay, and its end, after its
/// expiry. On the shard's thread.
public final class Departures {

    /// Subscriptions taken out of the index in one turn, however many sessions end.
    private static final int SUBSCRIPTIONS_PER_TURN = 1000;
    /// Steps after which the others wait for the next turn, if their filters are long.
    private static final int STEPS_PER_TURN = Steps.TURN_MAX / 2;

    /// Clients sent away in one turn, however many are too slow for one message.
    private static final int SENT_AWAY_PER_TURN = 64;

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
        public void fire(long nowMillis) {
            if (nowMillis >= willMillis) {
                willMillis = Long.MAX_VALUE;
                messages.sendWill(session);
            }
            if (nowMillis >= endMillis) {
                counters.count(Counters.Event.EXPIRED);
                end(session);
            } else {
                schedule();
            }
        }

        void schedule() {
            long dueMillis = Math.min(willMillis, endMillis);
            if (dueMillis != Long.MAX_VALUE) {
                thread.timers().schedule(this, dueMillis);
            }
        }
    }

    /// Subscriptions of a session that has ended, on their way out of the index.
    private static final class Leaving {
        final Session session;
        final Subscription[] subscriptions;
        int at;

        Leaving(Session session, Subscription[] subscriptions) {
            this.session = session;
            this.subscriptions = subscriptions;
        }
    }

    private final ShardThread thread;
    private final Links links;
    private final Safety safety;
    private final Journal journal;
    private final Counters counters;
    private final Memberships memberships;
    private final ShardSubscriptions subscriptions;
    private final DueMessages messages;
    private final Consumer<Session> ended;
    private final Map<Session, Absence> absences = new HashMap<>();
    private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();
    /// What may still be done about them in this turn.
    private int subscriptionsLeft = SUBSCRIPTIONS_PER_TURN;
    private int stepsLeft = STEPS_PER_TURN;
    private final LinkedHashSet<Session> overwhelmed = new LinkedHashSet<>();
    /// What is to be done in the first turn, before the sessions are taken up that a process before this one has left.
    private final ArrayDeque<Runnable> first = new ArrayDeque<>();
    /// Those that were not taken up yet, and when each lost its connection.
    private final LinkedHashMap<Session, Long> left = new LinkedHashMap<>();

    /// @param thread the shard's
    /// @param links of the shard, which say whether the server stops
    /// @param safety of the shard
    /// @param counters of the shard
    /// @param memberships of the sessions in shared groups
    /// @param subscriptions of the sessions
    /// @param messages takes wills that are due
    /// @param ended told of each session that has ended
    public Departures(
            ShardThread thread,
            Links links,
            Safety safety,
            Counters counters,
            Memberships memberships,
            ShardSubscriptions subscriptions,
            DueMessages messages,
            Consumer<Session> ended) {
        this.thread = thread;
        this.links = links;
        this.safety = safety;
        this.journal = safety.journal();
        this.counters = counters;
        this.memberships = memberships;
        this.subscriptions = subscriptions;
        this.messages = messages;
        this.ended = ended;
    }

    /// A session has lost its connection.
    public void detached(Session session, boolean sendWill) {
        if (!sendWill) {
            session.clearWill();
        }
        memberships.detached(session);
        if (session.expirySeconds() == 0) {
            end(session);
            return;
        }
        journal.sessionLeft(
                        session.epoch(),
                        thread.nowMillis(),
                        session.expirySeconds(),
                        session.will() != null,
                        session.outbox().sentEnd());
        if (!links.isStopping() || !safety.keeps()) {
            left(session, thread.nowMillis());
        }
        // Else its will, which the session keeps, and its end are up to the process that goes on with it.
    }

    private void left(Session session, long leftMillis) {
        long expirySeconds = session.expirySeconds();
        Will will = session.will();
        long delaySeconds = will == null ? 0 : will.properties().number(Property.WILL_DELAY_INTERVAL, 0);
        if (will != null && delaySeconds == 0) {
            messages.sendWill(session);
            will = null;
        }
        Absence absence = new Absence(
                session,
                will == null ? Long.MAX_VALUE : leftMillis + delaySeconds * 1000,
                expirySeconds == Limits.NEVER_EXPIRES ? Long.MAX_VALUE : leftMillis + expirySeconds * 1000);
        absences.put(session, absence);
        counters.set(Counters.Level.ABSENT_SESSIONS, absences.size());
        absence.schedule();
    }

    /// A process before this one has left a session here. What follows from that is done in the first turns.
    ///
    /// @param leftMillis when it lost its connection, or [Recovered#CONNECTED]
    public void recovered(Session session, long leftMillis) {
        left.put(session, leftMillis);
    }

    /// One of them was followed by another session of its client: it is at its end.
    public void outlived(Session session) {
        session.outlived();
        left.put(session, 0L);
    }

    /// Something is to be done in the first turn about what a process before this one has left.
    ///
    /// @param action on the shard's thread
    public void inFirstTurn(Runnable action) {
        first.add(action);
    }

    /// Takes up some of the sessions of a process before this one, if there are any left to take up.
    public void takeUp() {
        begin();
        int end = thread.steps().done() + STEPS_PER_TURN;
        while (!left.isEmpty() && thread.steps().done() < end) {
            takeUp(left.firstEntry().getKey());
        }
    }

    /// Takes up a session of a process before this one, if that hasn't been done.
    ///
    /// @param session null for none
    void takeUp(Session session) {
        begin();
        Long leftMillis = left.remove(session);
        if (leftMillis == null) {
            return;
        }
        thread.steps().add(Steps.SESSION);
        if (session.expirySeconds() == 0) {
            end(session);
        } else if (leftMillis == Recovered.CONNECTED) {
            detached(session, true); // Its connection has ended with that process.
        } else {
            left(session, leftMillis);
        }
    }

    private void begin() {
        while (!first.isEmpty()) {
            first.poll().run();
        }
    }

    /// A session has a connection again: it doesn't end, and a will that waits is not sent [MQTT-3.1.3-9].
    void back(Session session) {
        Absence absence = absences.remove(session);
        if (absence != null) {
            thread.timers().cancel(absence);
            counters.set(Counters.Level.ABSENT_SESSIONS, absences.size());
        }
    }

    /// Ends a session that has no connection: its will is sent if it still waits [MQTT-3.1.2-8].
    void end(Session session) {
        back(session);
        messages.sendWill(session);
        boolean willOwed = messages.sendsWill(session);
        memberships.ended(session);
        Subscription[] subscriptions = session.subscriptions().toArray();
        thread.steps().add(Steps.SESSION + (int) Math.min(session.outbox().waiting(), Steps.TURN_MAX));
        session.end();
        if (session.durable() && willOwed) {
            // It ends with its will.
            journal.sessionLeft(session.epoch(), thread.nowMillis(), 0, true, Records.SENT_UNKNOWN);
        } else if (session.durable()) {
            journal.sessionEnded(session.epoch());
        }
        ended.accept(session);
        if (subscriptions.length > 0) {
            leaving.add(new Leaving(session, subscriptions));
            proceed();
        }
    }

    /// A session's client takes too little, and has to go.
    public void overwhelmed(Session session) {
        overwhelmed.add(session);
    }

    private void sendAway() {
        for (int i = Math.min(SENT_AWAY_PER_TURN, overwhelmed.size()); i > 0; i--) {
            Session session = overwhelmed.removeFirst();
            thread.steps().add(Steps.SESSION);
            if (session.connection() != null) {
                session.connection().fail(ReasonCode.QUOTA_EXCEEDED, "its queue is full");
            }
        }
    }

    /// Goes on with what is left of the sessions that have ended.
    public void turn() {
        sendAway();
        subscriptionsLeft = SUBSCRIPTIONS_PER_TURN;
        stepsLeft = STEPS_PER_TURN;
        proceed();
    }

    /// Whether a session's will is on its way and may still be lost.
    boolean owesWill(Session session) {
        return messages.sendsWill(session);
    }

    /// Whether more can be done at once.
    ///
    /// @return at this moment
    public boolean waiting() {
        return !left.isEmpty()
                || !leaving.isEmpty()
                || !overwhelmed.isEmpty();
    }

    private void proceed() {
        while (subscriptionsLeft > 0 && stepsLeft > 0 && !leaving.isEmpty()) {
            Leaving first = leaving.peek();
            Subscription next = first.subscriptions[first.at++];
            if (first.at == first.subscriptions.length) {
                leaving.poll();
            }
            int steps = Steps.of(next.filter());
            subscriptionsLeft--;
            stepsLeft -= steps;
            thread.steps().add(steps);
            subscriptions.remove(first.session, next);
        }
    }
}
