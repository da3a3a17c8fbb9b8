package io.tern.broker.later;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.broker.access.WillAuthorization;
import io.tern.broker.link.Link;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.point.PointSubscriptions;
import io.tern.broker.quota.Account;
import io.tern.broker.route.Router;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Timer;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.engine.Session;
import io.tern.engine.inbound.ReplyTicket;
import io.tern.engine.rules.Refusal;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// The messages of one shard's publishers that wait for their time. On the shard's thread.
///
/// Each process begins a queue of its own with the first message, and anew when it was empty; those that were left by
/// processes before it are only emptied. Since one that is due in a year keeps a queue for as long, the least ones are
/// moved over to the own queue when there are too many of them.
public final class DelayedMessages {

    /// Queues of one shard; when there are more, one is moved over, some messages in a turn.
    static final int QUEUES_MAX = 8;
    private static final int MOVED_PER_TURN = 32;

    private final class Alarm extends Timer {

        @Override
        public void fire(long nowMillis) {
            // It is enough that there is a turn.
        }

        void set(long atMillis) {
            if (atMillis == Long.MAX_VALUE) {
                thread.timers().cancel(this);
            } else if (!isSet(atMillis)) {
                thread.timers().schedule(this, atMillis);
            }
        }

        boolean isSet(long atMillis) {
            return atMillis == Long.MAX_VALUE || !isIdle() && dueMillis() == atMillis;
        }
    }

    private final ShardThread thread;
    private final Safety safety;
    private final ShardMemory memory;
    private final Counters counters;
    private final DelayedTally tally;
    private final LongSupplier epochs;
    private final DelayedRelease release;
    private final DelayedDesk desk;
    private final Alarm alarm = new Alarm();
    private final List<DelayedQueue> queues = new ArrayList<>();
    /// The one among them that takes what comes; null before there is one.
    private DelayedQueue own;

    /// @param thread the shard's
    /// @param safety of the shard
    /// @param memory of the shard
    /// @param counters of the shard
    /// @param authorization says what may be sent when it is due
    /// @param router takes what is due
    /// @param points finds the clients to whom alone some go
    /// @param tally of all shards
    /// @param epochs the next queue's name in the journal
    public DelayedMessages(
            ShardThread thread,
            Safety safety,
            ShardMemory memory,
            Counters counters,
            WillAuthorization authorization,
            Router router,
            PointSubscriptions points,
            DelayedTally tally,
            LongSupplier epochs) {
        this.thread = thread;
        this.safety = safety;
        this.memory = memory;
        this.counters = counters;
        this.tally = tally;
        this.epochs = epochs;
        this.release = new DelayedRelease(thread, safety, counters, authorization, router, points, tally);
        this.desk = new DelayedDesk(thread, safety, counters, tally, this::find);
    }

    /// A process before this one has left a queue. On the thread that starts the broker.
    ///
    /// @param epoch its name in the journal
    /// @param messages that wait in it, above 0
    /// @param bytes that they have together, by [Message#costBytes()]
    public void recover(long epoch, long messages, long bytes) {
        tally.found(messages, bytes);
        add(new DelayedQueue(thread, safety, memory, tally, epoch, messages, 0));
    }

    private void add(DelayedQueue queue) {
        queues.add(queue);
        tally.opened(queue.epoch(), thread.number());
    }

    /// Whether a message can't wait here. What is refused is counted.
    ///
    /// @param message what
    /// @param session of its publisher
    /// @return null if it can
    public Refusal refusal(Message message, Session session) {
        Refusal refusal = safety.isDiskFull()
                ? new Refusal(ReasonCode.QUOTA_EXCEEDED, "no room left on disk for what has to be kept")
                : tally.refusal(message.ownedBy(session.owner()), Account.of(session));
        if (refusal == null && !safety.keeps() && message.costBytes() > memory.roomBytes(false)) {
            refusal = new Refusal(ReasonCode.QUOTA_EXCEEDED, "no memory left for what has to be kept");
        }
        if (refusal != null) {
            counters.count(Counters.Event.DELAYED_REFUSED);
        }
        return refusal;
    }

    /// Takes a client's message that was not refused, and sees to it that it gets its answer.
    ///
    /// @param link its publisher's connection
    /// @param message what
    /// @param dueMillis when it is to go on
    /// @param slot place in the channel's ring of replies; negative at QoS 0, which has none
    /// @param packetId of the PUBLISH, 0 at QoS 0
    public void delay(Link link, Message message, long dueMillis, int slot, int packetId) {
        counters.count(Counters.Event.PUBLISHED);
        Channel channel = link.channel();
        Session session = channel.session();
        keep(message, session, dueMillis);
        if (message.qos() == 2 && session.durable()) {
            safety.journal().inboundOpened(session.epoch(), packetId, 0);
        }
        if (slot >= 0) {
            ReplyTicket ticket = new ReplyTicket(
                    session.inboundQos2(), channel, slot, packetId, message.qos(), ReasonCode.SUCCESS);
            ticket.register();
            safety.whenSafe(ticket::partDone);
        }
    }

    /// Keeps a message that was not refused until it is due.
    ///
    /// @param message what
    /// @param session of its publisher
    /// @param dueMillis when it is to go on
    public void keep(Message message, Session session, long dueMillis) {
        stage(message.ownedBy(session.owner()), dueMillis);
        tally.add(message, session.client(), thread.number());
    }

    private void stage(Message message, long dueMillis) {
        if (own == null || own.isUsedUp()) {
            own = new DelayedQueue(thread, safety, memory, tally, epochs.getAsLong());
            add(own);
            safety.journal().delayedOpened(own.epoch());
        }
        long sequence = own.sequence(dueMillis);
        safety.journal().delayed(own.epoch(), sequence, message, 0);
        own.staged(sequence, message);
    }

    /// Brings what is due on its way, as far as there is room.
    public void turn() {
        if (queues.isEmpty()) {
            return;
        }
        DelayedQueue first = first();
        for (int i = 0; i < DelayedRelease.PER_TURN && isDue(first) && release.hasRoom(); i++) {
            Map.Entry<Long, Message> next = first.poll();
            release.begin(first, next.getKey(), next.getValue());
            first = first();
        }
        release.turn();
        if (isCrowded() && safety.hasRoom()) {
            moveOver(least());
        }
        queues.removeIf(this::isOver);
        queues.forEach(DelayedQueue::goOn);
        alarm.set(nextMillis());
    }

    /// @return when there is something to do at the latest; for what is due already, as soon as there is room
    private long nextMillis() {
        long firstMillis = queues.isEmpty() ? Long.MAX_VALUE : first().firstMillis();
        return firstMillis <= thread.nowMillis() ? Long.MAX_VALUE : firstMillis;
    }

    /// @return the queue of which the next message is due first, of two the older one
    private DelayedQueue first() {
        DelayedQueue first = queues.getFirst();
        for (DelayedQueue each : queues) {
            first = each.firstMillis() < first.firstMillis() ? each : first;
        }
        return first;
    }

    private boolean isDue(DelayedQueue queue) {
        return queue.firstMillis() <= thread.nowMillis();
    }

    private boolean isOver(DelayedQueue queue) {
        boolean over = queue.messages() == 0;
        if (over) {
            own = queue == own ? null : own;
            safety.journal().delayedEnded(queue.epoch());
            tally.ended(queue.epoch());
        }
        return over;
    }

    private boolean isCrowded() {
        return queues.size() > QUEUES_MAX && least().firstMillis() != Long.MAX_VALUE;
    }

    private DelayedQueue least() {
        DelayedQueue least = queues.getFirst();
        for (DelayedQueue each : queues) {
            least = each != own && each.messages() < least.messages() ? each : least;
        }
        return least;
    }

    private void moveOver(DelayedQueue from) {
        for (int i = 0; i < MOVED_PER_TURN; i++) {
            Map.Entry<Long, Message> next = from.poll();
            if (next == null) {
                return;
            }
            Message message = next.getValue();
            if (!from.isLearnt(next.getKey())) {
                tally.learnt(message, thread.number());
            }
            stage(message, DueSequence.dueMillis(next.getKey()));
            safety.journal().settled(from.epoch(), next.getKey());
            from.gone(message);
        }
    }

    /// What an operator asks of this shard.
    ///
    /// @return the same all the time
    DelayedDesk desk() {
        return desk;
    }

    /// @return null if there is none of that name
    private DelayedQueue find(long epoch) {
        for (DelayedQueue each : queues) {
            if (each.epoch() == epoch) {
                return each;
            }
        }
        return null;
    }

    /// Whether more can be done at once.
    ///
    /// @return at this moment
    public boolean waiting() {
        return !queues.isEmpty()
                && (release.waiting() || isDue(first()) && release.hasRoom() || isCrowded() && safety.hasRoom()
                        || !alarm.isSet(nextMillis()));
    }
}
