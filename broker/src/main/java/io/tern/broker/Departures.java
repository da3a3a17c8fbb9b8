package io.tern.broker;

import io.tern.api.Message;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.broker.time.Steps;
import io.tern.broker.time.Timer;
import io.tern.broker.watch.Counters;
import io.tern.engine.Connecting;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.inbound.Ticket;
import io.tern.engine.rules.Limits;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What follows when a session loses its connection: its will, after its delay, and its end, after its expiry.
final class Departures {

    /// Subscriptions taken out of the index in one turn, however many sessions end.
    private static final int SUBSCRIPTIONS_PER_TURN = 1000;
    /// Steps after which the others wait for the next turn, if their filters are long.
    private static final int STEPS_PER_TURN = Steps.TURN_MAX / 2;
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
        public void fire(long nowMillis) {
            if (nowMillis >= willMillis) {
                willMillis = Long.MAX_VALUE;
                sendWill(session);
            }
            if (nowMillis >= endMillis) {
                shard.counters().count(Counters.Event.EXPIRED);
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

    /// A will that is due.
    ///
    /// @param message null if it may not be sent: then it is as good as sent
    /// @param session null for a message of the server itself
    /// @param generation of its session, which may be back when this has been sent
    private record DueWill(Message message, Session session, long generation) {
        int costBytes() {
            return message == null ? 0 : message.costBytes();
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

    private final Shard shard;
    private final Broker broker;
    private final Map<Session, Absence> absences = new HashMap<>();
    private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();
    /// What may still be done about them in this turn.
    private int subscriptionsLeft = SUBSCRIPTIONS_PER_TURN;
    private int stepsLeft = STEPS_PER_TURN;
    private final ArrayDeque<DueWill> wills = new ArrayDeque<>();
    /// What the server has to say below `$SYS/` besides its figures, by topic: as many as there are alarms.
    private final LinkedHashMap<String, Message> own = new LinkedHashMap<>();
    /// Durable sessions whose wills are on their way and may still be lost.
    private final Set<Session> sending = new HashSet<>();
    /// Wills that were due and are not with those who get them, or not as far as is known.
    private int willsUnderWay;
    private final ArrayDeque<Session> overwhelmed = new ArrayDeque<>();
    private final ArrayDeque<Left> left = new ArrayDeque<>();
    private final ArrayDeque<Long> groupsLeft = new ArrayDeque<>();
    private final ArrayDeque<SharedGroup> groupsFound = new ArrayDeque<>();

    /// A session of a process before this one.
    private record Left(Session session, long leftMillis) {}

    Departures(Shard shard, Broker broker) {
        this.shard = shard;
        this.broker = broker;
    }

    /// A session has lost its connection.
    void detached(Session session, boolean sendWill) {
        if (!sendWill) {
            session.clearWill();
        }
        shard.memberships.detached(session);
        if (session.expirySeconds() == 0) {
            end(session);
            return;
        }
        shard.journal()
                .sessionLeft(
                        session.epoch(),
                        shard.nowMillis(),
                        session.expirySeconds(),
                        session.will() != null,
                        session.outbox().sentEnd());
        if (!shard.stopping() || !shard.keeps()) {
            left(session, shard.nowMillis());
        }
        // Else its will, which the session keeps, and its end are up to the process that goes on with it.
    }

    private void left(Session session, long leftMillis) {
        long expirySeconds = session.expirySeconds();
        Will will = session.will();
        long delaySeconds = will == null ? 0 : will.properties().number(Property.WILL_DELAY_INTERVAL, 0);
        if (will != null && delaySeconds == 0) {
            sendWill(session);
            will = null;
        }
        Absence absence = new Absence(
                session,
                will == null ? Long.MAX_VALUE : leftMillis + delaySeconds * 1000,
                expirySeconds == Limits.NEVER_EXPIRES ? Long.MAX_VALUE : leftMillis + expirySeconds * 1000);
        absences.put(session, absence);
        shard.counters().set(Counters.Level.ABSENT_SESSIONS, absences.size());
        absence.schedule();
    }

    /// A process before this one has left a session here. What follows from that is done in the first turn.
    ///
    /// @param leftMillis when it lost its connection, or [Recovered#CONNECTED]
    void recovered(Session session, long leftMillis) {
        left.add(new Left(session, leftMillis));
    }

    /// One of them was followed by another session of its client: it is at its end.
    void outlived(Session session) {
        left.removeIf(each -> each.session == session);
        session.outlived();
        left.add(new Left(session, 0));
    }

    /// A process before this one has left the queue of a shared group that has no members any more.
    void recoveredGroup(long epoch) {
        groupsLeft.add(epoch);
    }

    /// A process before this one has left members of a shared group, but no queue of it.
    void foundGroup(SharedGroup group) {
        groupsFound.add(group);
    }

    /// Takes up the sessions of a process before this one, if there are any left to take up.
    void recovered() {
        while (!groupsLeft.isEmpty()) {
            shard.journal().groupEnded(groupsLeft.poll());
        }
        while (!groupsFound.isEmpty()) {
            groupsFound.poll().record();
        }
        while (!left.isEmpty()) {
            Left next = left.poll();
            Session session = next.session;
            if (session.expirySeconds() == 0) {
                end(session);
            } else if (next.leftMillis == Recovered.CONNECTED) {
                detached(session, true); // Its connection has ended with that process.
            } else {
                left(session, next.leftMillis);
            }
        }
    }

    /// A session has a connection again: it doesn't end, and a will that waits is not sent [MQTT-3.1.3-9].
    void back(Session session) {
        Absence absence = absences.remove(session);
        if (absence != null) {
            shard.timers().cancel(absence);
            shard.counters().set(Counters.Level.ABSENT_SESSIONS, absences.size());
        }
    }

    /// Ends a session that has no connection: its will is sent if it still waits [MQTT-3.1.2-8].
    void end(Session session) {
        back(session);
        boolean willOwed = session.will() != null || sending.contains(session);
        sendWill(session);
        shard.memberships.ended(session);
        Subscription[] subscriptions = session.subscriptions().toArray();
        shard.steps.add(Steps.SESSION + (int) Math.min(session.outbox().waiting(), Steps.TURN_MAX));
        session.end();
        if (session.durable() && willOwed) {
            // It ends with its will.
            shard.journal().sessionLeft(session.epoch(), shard.nowMillis(), 0, true, Records.SENT_UNKNOWN);
        } else if (session.durable()) {
            shard.journal().sessionEnded(session.epoch());
        }
        shard.ended(session);
        shard.connects().ended(session);
        if (subscriptions.length > 0) {
            leaving.add(new Leaving(session, subscriptions));
            proceed();
        }
    }

    private void sendWill(Session session) {
        Will will = session.will();
        if (will != null) {
            session.clearWill();
            willsUnderWay++;
            Message message = Connecting.message(will, session.clientId(), shard.nowMillis())
                    .ownedBy(session.owner());
            shard.memory().add(message.costBytes());
            long generation = session.generation();
            if (session.durable() && shard.keeps()) {
                sending.add(session);
            }
            shard.gate().wills().due(
                    session,
                    will,
                    allowed -> {
                        shard.memory().add(-message.costBytes());
                        add(new DueWill(allowed ? message : null, session, generation));
                    });
        }
    }

    private void add(DueWill due) {
        wills.add(due);
        shard.memory().add(due.costBytes());
    }

    /// Sends a message of the server itself, in turn with wills. What is below `$SYS/` comes before them, and however
    /// many they are: of each topic only the latest counts, and who has heard that something is wrong has to hear that
    /// it is over.
    void publish(Message message) {
        shard.enter();
        if (SystemTopics.owns(message.topic())) {
            own.put(message.topic().value(), message);
        } else if (wills.size() < WAITING_MAX) {
            add(new DueWill(message, null, 0));
        } else {
            shard.counters().count(Counters.Event.REJECTED);
        }
    }

    /// Sends what has changed of the server's figures, in turn with wills; all of them again the next time, if some
    /// others still wait now.
    void tell(List<Message> figures) {
        shard.enter();
        if (!wills.isEmpty()) {
            shard.counters().count(Counters.Event.SYS_SKIPPED);
            return;
        }
        for (Message each : figures) {
            if (!broker.systemTopics().says(each)) {
                add(new DueWill(each, null, 0));
            }
        }
    }

    /// A session's client takes too little, and has to go.
    void overwhelmed(Session session) {
        overwhelmed.add(session);
    }

    private void sendAway() {
        for (int i = overwhelmed.size(); i > 0; i--) {
            Session session = overwhelmed.poll();
            if (session.connection() != null) {
                session.connection().fail(ReasonCode.QUOTA_EXCEEDED, "its queue is full");
            }
        }
    }

    void turn() {
        sendAway();
        subscriptionsLeft = SUBSCRIPTIONS_PER_TURN;
        stepsLeft = STEPS_PER_TURN;
        proceed();
        for (int i = 0; i < WILLS_PER_TURN && !own.isEmpty() && shard.router().clear(); i++) {
            shard.router().publish(own.pollFirstEntry().getValue(), null);
        }
        for (int i = 0; i < WILLS_PER_TURN && mayPublish(); i++) {
            Message next = wills.peek().message;
            if (next != null && !shard.router().matching().isKnown(next.topic())) {
                break;
            }
            DueWill due = wills.poll();
            shard.memory().add(-due.costBytes());
            Sending sending = due.session == null ? null : new Sending(due);
            // Who stops, waits until it is safe where it is owed; else only the session that keeps it does.
            boolean awaited = sending != null && (due.session.durable() || shard.stopping());
            boolean routed = due.message != null && routed(due.message, awaited ? sending : null);
            if (sending != null && !(routed && awaited)) {
                sending.done();
            }
        }
    }

    /// @return false if that was a mistake: nobody waits for such a will
    private boolean routed(Message will, Sending ticket) {
        try {
            shard.router().publish(will, ticket);
            return true;
        } catch (Throwable bug) {
            shard.bug(bug);
            return false;
        }
    }

    /// Whether every will that was due is where it is to go.
    boolean willsAreSent() {
        return willsUnderWay == 0;
    }

    /// A session's will on its way to those who get it: when they have it, it is owed no more.
    private final class Sending extends Ticket {
        private final DueWill due;

        Sending(DueWill due) {
            this.due = due;
        }

        @Override
        protected void done() {
            Session session = due.session;
            willsUnderWay--;
            if (session.durable()) {
                sending.remove(session);
                if (session.ended()) {
                    shard.journal().sessionEnded(session.epoch());
                } else if (session.generation() == due.generation) {
                    shard.journal().willGone(session.epoch());
                }
                shard.connects().willSent(session);
            }
            shard.tellWhenEmpty();
        }
    }

    /// Whether a session's will is on its way and may still be lost.
    boolean sendsWill(Session session) {
        return sending.contains(session);
    }

    /// Whether more can be done at once.
    boolean waiting() {
        return !leaving.isEmpty()
                || !overwhelmed.isEmpty()
                || !own.isEmpty() && shard.router().clear()
                || mayPublish();
    }

    /// Whether a will waits for which there is room on its way and in the journal.
    private boolean mayPublish() {
        return !wills.isEmpty() && shard.router().clear() && shard.safety().hasRoom();
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
            shard.steps.add(steps);
            shard.subscriptions.remove(first.session, next);
        }
    }
}
