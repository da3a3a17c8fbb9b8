package io.tern.broker.connect;

import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.broker.access.WillAuthorization;
import io.tern.broker.later.DelayedMessages;
import io.tern.broker.link.Links;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.point.PointSubscriptions;
import io.tern.broker.route.Router;
import io.tern.broker.safety.Safety;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Connecting;
import io.tern.engine.Session;
import io.tern.engine.inbound.Ticket;
import io.tern.engine.rules.Topics;
import io.tern.wire.PointToPoint;
import io.tern.wire.Will;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What one shard has to send without a PUBLISH: wills that are due, and what the server says of itself, some in a
/// turn. On the shard's thread.
public final class DueMessages {

    /// Messages sent in one turn, of each kind.
    private static final int PER_TURN = 32;

    /// Messages of the server itself that wait; more are dropped and counted as not taken.
    private static final int WAITING_MAX = 10_000;

    /// A message that is due.
    ///
    /// @param message null if it may not be sent: then it is as good as sent
    /// @param session null for a message of the server itself
    /// @param generation of its session, which may be back when this has been sent
    private record Due(Message message, Session session, long generation) {
        int costBytes() {
            return message == null ? 0 : message.costBytes();
        }
    }

    private final ShardThread thread;
    private final Links links;
    private final Safety safety;
    private final Journal journal;
    private final ShardMemory memory;
    private final Counters counters;
    private final WillAuthorization authorization;
    private final Router router;
    private final PointSubscriptions points;
    private final DelayedMessages delayed;
    private final Predicate<Message> isKnown;
    private final Consumer<Session> willSent;
    private final Runnable sent;
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    /// What the server has to say below `$SYS/` besides its figures, by topic: as many as there are alarms.
    private final LinkedHashMap<String, Message> own = new LinkedHashMap<>();
    /// Durable sessions whose wills are on their way and may still be lost.
    private final Set<Session> sending = new HashSet<>();
    /// The server's own messages for whose receivers a search is under way.
    private int searches;
    /// Wills that were due and are not with those who get them, or not as far as is known.
    private int willsUnderWay;

    /// @param thread the shard's
    /// @param links of the shard, which say whether the server stops
    /// @param safety of the shard
    /// @param memory charged with what waits
    /// @param counters of the shard
    /// @param authorization says which wills may be sent
    /// @param router takes the messages
    /// @param points finds the clients to whom alone some go
    /// @param delayed takes wills that wait for their time
    /// @param isKnown whether a figure of the server was told already
    /// @param willSent told of each durable session whose will is safe with those who get it
    /// @param sent run when a will is where it is to go
    public DueMessages(
            ShardThread thread,
            Links links,
            Safety safety,
            ShardMemory memory,
            Counters counters,
            WillAuthorization authorization,
            Router router,
            PointSubscriptions points,
            DelayedMessages delayed,
            Predicate<Message> isKnown,
            Consumer<Session> willSent,
            Runnable sent) {
        this.thread = thread;
        this.links = links;
        this.safety = safety;
        this.journal = safety.journal();
        this.memory = memory;
        this.counters = counters;
        this.authorization = authorization;
        this.router = router;
        this.points = points;
        this.delayed = delayed;
        this.isKnown = isKnown;
        this.willSent = willSent;
        this.sent = sent;
    }

    /// A session's will is due, if it has one.
    void sendWill(Session session) {
        Will will = session.will();
        if (will != null) {
            session.clearWill();
            willsUnderWay++;
            long delayMillis = Connecting.delayMillis(will);
            long dueMillis = thread.nowMillis() + delayMillis;
            Message message = Connecting.message(will, session.clientId(), dueMillis).ownedBy(session.owner());
            memory.add(message.costBytes());
            long generation = session.generation();
            if (session.durable() && safety.keeps()) {
                sending.add(session);
            }
            authorization.due(
                    session,
                    will,
                    allowed -> {
                        if (delayMillis != 0) {
                            delay(message, dueMillis, allowed && delayMillis > 0, session, generation);
                        } else if (allowed && PointToPoint.is(message.topic().value())) {
                            points.search(message.topic(), room -> add(message, room, session, generation));
                        } else {
                            add(message, allowed, session, generation);
                        }
                    });
        }
    }

    /// That it waits, and that its session owes it no more, stands in one piece of the journal.
    private void delay(Message will, long dueMillis, boolean wanted, Session session, long generation) {
        memory.add(-will.costBytes());
        if (wanted && delayed.refusal(will, session) == null) {
            delayed.keep(will, session, dueMillis);
        }
        new Sending(new Due(null, session, generation)).done();
    }

    private void add(Message will, boolean wanted, Session session, long generation) {
        memory.add(-will.costBytes());
        add(new Due(wanted ? will : null, session, generation));
    }

    private void add(Due one) {
        due.add(one);
        memory.add(one.costBytes());
    }

    /// Sends a message of the server itself, in turn with wills. What is below `$SYS/` comes before them, and however
    /// many they are: of each topic only the latest counts, and who has heard that something is wrong has to hear that
    /// it is over.
    ///
    /// @param message what
    public void publish(Message message) {
        thread.enter();
        if (Topics.isServers(message.topic())) {
            own.put(message.topic().value(), message);
        } else if (due.size() + searches >= WAITING_MAX) {
            counters.count(Counters.Event.REJECTED);
        } else if (PointToPoint.is(message.topic().value())) {
            search(message);
        } else {
            add(new Due(message, null, 0));
        }
    }

    private void search(Message message) {
        searches++;
        memory.add(message.costBytes());
        points.search(message.topic(), room -> {
            searches--;
            memory.add(-message.costBytes());
            if (room) {
                add(new Due(message, null, 0));
            } else {
                counters.count(Counters.Event.REJECTED);
            }
        });
    }

    /// Sends what has changed of the server's figures, in turn with wills; all of them again the next time, if some
    /// others still wait now.
    ///
    /// @param figures all of them
    public void tell(List<Message> figures) {
        thread.enter();
        if (!due.isEmpty()) {
            counters.count(Counters.Event.SYS_SKIPPED);
            return;
        }
        for (Message each : figures) {
            if (!isKnown.test(each)) {
                add(new Due(each, null, 0));
            }
        }
    }

    /// Sends what is due, as far as there is room.
    public void turn() {
        for (int i = 0; i < PER_TURN && !own.isEmpty() && router.clear(); i++) {
            router.publish(own.pollFirstEntry().getValue(), null);
        }
        for (int i = 0; i < PER_TURN && mayPublish(); i++) {
            Message first = due.peek().message;
            if (first != null && !router.matching().isKnown(first.topic())) {
                break;
            }
            Due next = due.poll();
            memory.add(-next.costBytes());
            Sending sending = next.session == null ? null : new Sending(next);
            // Who stops, waits until it is safe where it is owed; else only the session that keeps it does.
            boolean awaited = sending != null && (next.session.durable() || links.isStopping());
            boolean routed = next.message != null && routed(next.message, awaited ? sending : null);
            if (sending != null && !(routed && awaited)) {
                sending.done();
            }
        }
    }

    /// @return false if that was a mistake: nobody waits for such a will
    private boolean routed(Message will, Sending ticket) {
        try {
            router.publish(will, ticket);
            return true;
        } catch (Throwable bug) {
            thread.bug(bug);
            return false;
        }
    }

    /// Whether every will that was due is where it is to go.
    ///
    /// @return at this moment
    public boolean willsAreSent() {
        return willsUnderWay == 0;
    }

    /// A session's will on its way to those who get it: when they have it, it is owed no more.
    private final class Sending extends Ticket {
        private final Due due;

        Sending(Due due) {
            this.due = due;
        }

        @Override
        protected void done() {
            Session session = due.session;
            willsUnderWay--;
            if (session.durable()) {
                sending.remove(session);
                if (session.ended()) {
                    journal.sessionEnded(session.epoch());
                } else if (session.generation() == due.generation) {
                    journal.willGone(session.epoch());
                }
                willSent.accept(session);
            }
            sent.run();
        }
    }

    /// Whether a session's will is on its way and may still be lost.
    boolean sendsWill(Session session) {
        return sending.contains(session);
    }

    /// Whether more can be done at once.
    ///
    /// @return at this moment
    public boolean waiting() {
        return !own.isEmpty() && router.clear() || mayPublish();
    }

    /// Whether a will waits for which there is room on its way and in the journal.
    private boolean mayPublish() {
        return !due.isEmpty() && router.clear() && safety.hasRoom();
    }
}
