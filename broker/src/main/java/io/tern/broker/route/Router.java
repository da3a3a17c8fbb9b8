package io.tern.broker.route;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.WhenFull;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Index;
import io.tern.broker.link.Link;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.retain.RetainedChanges;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.engine.inbound.ReplyTicket;
import io.tern.engine.inbound.Ticket;
import io.tern.wire.PointToPoint;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.function.LongSupplier;

/// Brings a message from its publisher's shard to every shard that has a subscriber for it, and its publisher an
/// answer.
///
/// A message is matched once, here. With nobody durable to wait for, the answer leaves in the same turn.
public final class Router {

    private final Post post;
    private final Safety safety;
    private final Counters counters;
    private final Steps steps;
    private final int number;
    private final Fanout fanout;
    private final RetainedChanges retained;
    private final CrowdedFilters crowdedFilters;
    private final LongSupplier transactions;
    private final Matching matching;
    private final TopicRules rules;
    private final HandoversOut[] outgoing;
    private long stalled;

    /// What all routers of a server share.
    ///
    /// @param index of all subscriptions
    /// @param rules by topics
    /// @param crowdedFilters those with receivers that have fallen behind
    /// @param transactions the next transaction's number
    /// @param lanes between the shards
    public record Server(
            Index index,
            TopicRules rules,
            CrowdedFilters crowdedFilters,
            LongSupplier transactions,
            HandoverLanes lanes) {}

    /// @param thread the shard's
    /// @param post wakes other shards
    /// @param safety of the shard
    /// @param counters of the shard
    /// @param memory charged with what finds its lane full
    /// @param fanout to the shard's own subscribers
    /// @param retained keeps what is to be retained
    /// @param server what all share
    public Router(
            ShardThread thread,
            Post post,
            Safety safety,
            Counters counters,
            ShardMemory memory,
            Fanout fanout,
            RetainedChanges retained,
            Server server) {
        this.post = post;
        this.safety = safety;
        this.counters = counters;
        this.steps = thread.steps();
        this.number = thread.number();
        this.fanout = fanout;
        this.retained = retained;
        this.rules = server.rules();
        this.matching = new Matching(thread, server.index(), rules, memory);
        this.crowdedFilters = server.crowdedFilters();
        this.transactions = server.transactions();
        HandoverLanes lanes = server.lanes();
        this.outgoing = new HandoversOut[lanes.shards()];
        for (int target = 0; target < outgoing.length; target++) {
            outgoing[target] = new HandoversOut(lanes.lane(number, target), memory);
        }
    }

    private void countUnknown(Message message, long occupied) {
        if (occupied == 0 && PointToPoint.is(message.topic().value())) {
            counters.count(Counters.Event.P2P_UNKNOWN);
        }
    }

    /// Whether anybody is there who has subscribed to a topic.
    ///
    /// @param channel remembers the answer for its next message
    /// @param topic any
    /// @return a moment old
    public boolean isHeard(Channel channel, TopicName topic) {
        long occupied = 0;
        for (FilterEntry entry : matching.of(channel, topic).entries()) {
            occupied |= entry.occupied();
        }
        return occupied != 0;
    }

    /// Routes a client's message and sees to it that it gets its answer.
    ///
    /// @param link its publisher's connection
    /// @param message what
    /// @param slot place in the channel's ring of replies; negative at QoS 0, which has none
    /// @param packetId of the PUBLISH, 0 at QoS 0
    public void publish(Link link, Message message, int slot, int packetId) {
        Channel channel = link.channel();
        counters.count(Counters.Event.PUBLISHED);
        // Retained first, then matched: a subscriber inserts first, then reads. Twice is possible, never not at all.
        boolean recorded = message.retain();
        if (recorded) {
            steps.add(Steps.RETAINED);
            retained.retain(message.ownedBy(channel.session().owner()), isPromised(message));
        }
        TopicMatch match = matching.of(channel, message.topic());
        match.handling().of(message);
        recorded &= message.durability() != Durability.NONE;
        FilterEntry[] entries = match.entries();
        long occupied = 0;
        long durable = 0;
        for (FilterEntry entry : entries) {
            occupied |= entry.occupied();
            durable |= entry.durable();
        }
        boolean slow = slot >= 0 && match.handling().whenFull() == WhenFull.SLOW;
        long crowded = slow ? occupied & crowdedFilters.of(entries) : 0;
        countUnknown(message, occupied);
        ReasonCode reason = occupied == 0 ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
        ReplyTicket ticket = null;
        if (message.qos() == 2 && channel.session().durable()) {
            if (!safety.keeps() || durable == 0 || isAtOnce(entries, durable)) {
                safety.journal().inboundOpened(channel.session().epoch(), packetId, 0);
                recorded = true;
            } else {
                ticket = new Transaction(
                        safety, channel, slot, packetId, durable, reason, transactions.getAsLong());
            }
        }
        if (ticket == null && slot >= 0 && (durable != 0 || recorded || crowded != 0)) {
            ticket = new ReplyTicket(channel.session().inboundQos2(), channel, slot, packetId, message.qos(), reason);
        }
        if (ticket != null) {
            ticket.register();
        }
        send(message, entries, occupied, durable, ticket, crowded == 0 ? null : ticket, crowded, link);
        if (ticket == null) {
            channel.settled(slot, reason);
        } else if (recorded) {
            safety.whenSafe(message.durability(), ticket::partDone);
        } else {
            ticket.partDone();
        }
    }

    /// Whether its publisher will be told that it is kept: those messages are asked for in [#keeps].
    private boolean isPromised(Message message) {
        return message.qos() > 0 && rules.of(message.topic()).durability() != Durability.NONE;
    }

    /// Whether anything of a client's message would have to be kept on disk: the packet identifier of QoS 2 in a
    /// session that outlives its connection; what is retained; what stands in the queue of such a session. A retained
    /// message can be taken away at any time: there are no more of these deletions than there were messages. To take
    /// away what is not there would be one more.
    ///
    /// @param channel the publisher
    /// @param publish what came
    /// @param topic of the message
    /// @return false if it needs no room on the disk
    public boolean keeps(Channel channel, Publish publish, TopicName topic) {
        boolean clears = publish.retain() && publish.payload().length == 0;
        if (clears && retained.mayBeStored(topic)) {
            return false;
        }
        if (publish.qos() == 2 && channel.session().durable()) {
            return true;
        }
        TopicMatch match = matching.of(channel, topic);
        if (match.handling().durability() == Durability.NONE) {
            return false;
        }
        boolean owed = publish.retain() && !(clears && retained.exists(topic));
        for (FilterEntry entry : match.entries()) {
            owed |= entry.durable() != 0;
        }
        return owed;
    }

    /// Whether all durable sessions get the message here and now, so that all its records stand in one piece of the
    /// journal: there together or not at all.
    private boolean isAtOnce(FilterEntry[] entries, long durable) {
        int here = number;
        return durable == 1L << here && outgoing[here].isEmpty() && fanout.isAtOnce(entries);
    }

    /// Routes a message of the server itself, or a will. Nobody can be refused it: what nobody waits for is kept in
    /// memory alone while the disk is full.
    ///
    /// @param message what
    /// @param ticket who waits until it is safe, or null
    public void publish(Message message, Ticket ticket) {
        TopicRules.Handling handling = rules.of(message.topic());
        boolean noRoom = ticket == null && safety.isDiskFull();
        handling.of(message, noRoom ? Durability.NONE : handling.durability());
        if (message.retain()) {
            retained.retain(message, false);
        }
        FilterEntry[] entries = matching.of(message.topic());
        long occupied = 0;
        long durable = 0;
        for (FilterEntry entry : entries) {
            occupied |= entry.occupied();
            durable |= entry.durable();
        }
        countUnknown(message, occupied);
        send(message, entries, occupied, durable, ticket, null, 0, null);
        if (ticket != null) {
            safety.whenSafe(ticket::partDone);
        }
    }

    /// Routes a message that stands in a queue of the server's, and is over there when all who get it have it.
    ///
    /// With nobody durable to wait for it is over at once, and may come once more after a crash. If all durable
    /// sessions get it here and now, their records and that it is gone stand in one piece of the journal; else in a
    /// transaction.
    ///
    /// @param message what
    /// @param gone stages that it is gone; run once, maybe within this call
    public void release(Message message, Runnable gone) {
        rules.handle(message);
        if (message.retain()) {
            steps.add(Steps.RETAINED);
            retained.retain(message, isPromised(message));
        }
        FilterEntry[] entries = matching.of(message.topic());
        long occupied = 0;
        long durable = 0;
        for (FilterEntry entry : entries) {
            occupied |= entry.occupied();
            durable |= entry.durable();
        }
        countUnknown(message, occupied);
        if (!safety.keeps() || durable == 0 || isAtOnce(entries, durable)) {
            send(message, entries, occupied, durable, null, null, 0, null);
            gone.run();
            return;
        }
        Released ticket = new Released(safety, durable, transactions.getAsLong(), gone);
        send(message, entries, occupied, durable, ticket, null, 0, null);
        ticket.partDone();
    }

    /// @param reply that may be held by the shards of `crowded`, or null
    private void send(
            Message message,
            FilterEntry[] entries,
            long occupied,
            long durable,
            Ticket ticket,
            ReplyTicket reply,
            long crowded,
            Link source) {
        Handover plain = null;
        Handover owing = null;
        for (long left = occupied; left != 0; left &= left - 1) {
            int target = Long.numberOfTrailingZeros(left);
            boolean owes = ticket != null && (durable >> target & 1) != 0;
            if (owes) {
                ticket.addPart();
            }
            Handover handover;
            if ((crowded >> target & 1) != 0) {
                reply.hold();
                handover = new Handover(message, entries, owes ? ticket : null, number, reply);
            } else if (owes) {
                owing = owing == null ? new Handover(message, entries, ticket, number, null) : owing;
                handover = owing;
            } else {
                plain = plain == null ? new Handover(message, entries, null, number, null) : plain;
                handover = plain;
            }
            if (target == number && fanout.idle() && outgoing[target].isEmpty()) {
                fanout.begin(handover);
            } else if (outgoing[target].send(handover, source)) {
                post.touch(target);
            } else {
                stalled |= 1L << target;
            }
        }
    }

    /// How it finds who gets a message.
    ///
    /// @return the same all the time
    public Matching matching() {
        return matching;
    }

    /// Moves on what found its lane full.
    ///
    /// @return whether something still waits
    public boolean pump() {
        for (long left = stalled; left != 0; left &= left - 1) {
            int target = Long.numberOfTrailingZeros(left);
            if (outgoing[target].pump()) {
                post.touch(target);
            }
            if (!outgoing[target].stalled()) {
                stalled &= ~(1L << target);
            }
        }
        return stalled != 0;
    }

    /// Whether all lanes took what they were given: the time for those who can wait.
    ///
    /// @return true if nothing waits
    public boolean clear() {
        return stalled == 0;
    }
}
