package io.tern.broker;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.WhenFull;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Index;
import io.tern.broker.link.Link;
import io.tern.broker.time.Steps;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.engine.inbound.ReplyTicket;
import io.tern.engine.inbound.Ticket;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// Brings a message from its publisher's shard to every shard that has a subscriber for it, and its publisher an
/// answer.
///
/// A message is matched once, here. With nobody durable to wait for, the answer leaves in the same turn.
final class Router {

    private final Shard shard;
    private final Matching matching;
    private final RetainedChanges retaining;
    private final TopicRules rules;
    private final Outgoing[] outgoing;
    private long stalled;

    Router(Shard shard, Index index, RetainedMessages retained, TopicRules rules, Lanes lanes, int shards) {
        this.shard = shard;
        this.rules = rules;
        this.matching = new Matching(shard.thread(), index, rules);
        this.retaining = new RetainedChanges(shard, retained);
        this.outgoing = new Outgoing[shards];
        for (int target = 0; target < shards; target++) {
            outgoing[target] = new Outgoing(lanes.data(shard.number(), target), shard.memory());
        }
    }

    /// Routes a client's message and sees to it that it gets its answer.
    void publish(Link link, Message message, int slot, int packetId) {
        if (shard.gate().controls().takes(link, message, slot)) {
            return;
        }
        Channel channel = link.channel();
        shard.counters().count(Counters.Event.PUBLISHED);
        // Retained first, then matched: a subscriber inserts first, then reads. Twice is possible, never not at all.
        boolean recorded = message.retain();
        if (recorded) {
            shard.steps.add(Steps.RETAINED);
            retaining.retain(message.ownedBy(channel.session().owner()), isPromised(message));
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
        long crowded = slow ? occupied & shard.broker().crowded().of(entries) : 0;
        ReasonCode reason = occupied == 0 ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
        ReplyTicket ticket = null;
        if (message.qos() == 2 && channel.session().durable()) {
            if (!shard.keeps() || durable == 0 || isAtOnce(entries, durable)) {
                shard.journal().inboundOpened(channel.session().epoch(), packetId, 0);
                recorded = true;
            } else {
                ticket = new Transaction(shard, channel, slot, packetId, durable, reason);
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
            shard.whenSafe(message.durability(), ticket::partDone);
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
    boolean keeps(Channel channel, Publish publish, TopicName topic) {
        boolean clears = publish.retain() && publish.payload().length == 0;
        RetainedPlace cleared = clears ? retaining.place(topic) : null;
        if (cleared != null && cleared.mayBeStored()) {
            return false;
        }
        if (publish.qos() == 2 && channel.session().durable()) {
            return true;
        }
        TopicMatch match = matching.of(channel, topic);
        if (match.handling().durability() == Durability.NONE) {
            return false;
        }
        boolean owed = publish.retain() && cleared == null;
        for (FilterEntry entry : match.entries()) {
            owed |= entry.durable() != 0;
        }
        return owed;
    }

    /// Whether all durable sessions get the message here and now, so that all its records stand in one piece of the
    /// journal: there together or not at all.
    private boolean isAtOnce(FilterEntry[] entries, long durable) {
        int here = shard.number();
        return durable == 1L << here && outgoing[here].isEmpty() && shard.fanout().isAtOnce(entries);
    }

    /// Routes a message of the server itself, or a will. Nobody can be refused it: what nobody waits for is kept in
    /// memory alone while the disk is full.
    ///
    /// @param ticket who waits until it is safe, or null
    void publish(Message message, Ticket ticket) {
        TopicRules.Handling handling = rules.of(message.topic());
        boolean noRoom = ticket == null && shard.broker().store().full();
        message.handle(noRoom ? Durability.NONE : handling.durability(), handling.whenFull());
        if (message.retain()) {
            retaining.retain(message, false);
        }
        FilterEntry[] entries = matching.of(message.topic());
        long occupied = 0;
        long durable = 0;
        for (FilterEntry entry : entries) {
            occupied |= entry.occupied();
            durable |= entry.durable();
        }
        send(message, entries, occupied, durable, ticket, null, 0, null);
        if (ticket != null) {
            shard.whenSafe(ticket::partDone);
        }
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
                handover = new Handover(message, entries, owes ? ticket : null, shard.number(), reply);
            } else if (owes) {
                owing = owing == null ? new Handover(message, entries, ticket, shard.number(), null) : owing;
                handover = owing;
            } else {
                plain = plain == null ? new Handover(message, entries, null, shard.number(), null) : plain;
                handover = plain;
            }
            if (target == shard.number() && shard.fanout().idle() && outgoing[target].isEmpty()) {
                shard.fanout().begin(handover);
            } else if (outgoing[target].send(handover, source)) {
                shard.touch(target);
            } else {
                stalled |= 1L << target;
            }
        }
    }

    /// How it finds who gets a message.
    Matching matching() {
        return matching;
    }

    /// What this shard does with the retained messages.
    RetainedChanges retaining() {
        return retaining;
    }

    /// Moves on what found its lane full.
    ///
    /// @return whether something still waits
    boolean pump() {
        for (long left = stalled; left != 0; left &= left - 1) {
            int target = Long.numberOfTrailingZeros(left);
            if (outgoing[target].pump()) {
                shard.touch(target);
            }
            if (!outgoing[target].stalled()) {
                stalled &= ~(1L << target);
            }
        }
        return stalled != 0;
    }

    /// Whether all lanes took what they were given: the time for those who can wait.
    boolean clear() {
        return stalled == 0;
    }
}
