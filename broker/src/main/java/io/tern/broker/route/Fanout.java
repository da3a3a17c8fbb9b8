package io.tern.broker.route;

import io.tern.api.Durability;
import io.tern.api.WhenFull;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Overlaps;
import io.tern.broker.index.Subscriber;
import io.tern.broker.index.SubscriberList;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.QueueWatch;
import io.tern.engine.DeliveryRules;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Identified;
import io.tern.engine.queue.Origin;
import java.util.Arrays;

/// Brings one message to all of one shard's subscribers.
///
/// Where one filter matched, its subscribers are walked. Where several did, a session may be met more than once and
/// gets one copy, with the highest quality of service and all subscription identifiers [MQTT-3.3.4-2, -3]: the first
/// walk gathers, the second delivers. A walk takes a slice of the subscribers a turn; until it ends nothing else is
/// begun.
public final class Fanout implements Overlaps {

    private static final int KEPT_GATHERED = 4096;

    private final ShardThread thread;
    private final Post post;
    private final Safety safety;
    private final QueueWatch queues;
    private final DeliveryRules rules;
    private final CrowdedReceivers crowded;
    private final Steps steps;
    private final int number;
    /// Whether a session gets a copy for each of its subscriptions that match, instead of one in all.
    private final boolean oneCopyEach;
    /// Subscribers visited in one turn.
    private final int slice;
    private Handover handover;
    private boolean owing;
    /// Whether turns have passed since it was begun, and with them rights may have.
    private boolean continued;
    /// Whether its topic asks to slow publishers down.
    private boolean slow;

    // The filters that have subscribers here, with where their walks end.
    private Object[] slots = new Object[8];
    private int[] ends = new int[8];
    private int slotCount;
    private int slotAt;
    private int placeAt;

    // With several filters: each session once.
    private Session[] gathered = new Session[16];
    private Merge[] merges = new Merge[16];
    private int gatheredCount;
    private int deliveredCount;
    private long stamp;

    /// What several subscriptions of one session ask for together.
    private static final class Merge {
        int qos;
        boolean retain;
        Origin origin;
    }

    /// @param thread the shard's
    /// @param post to the shards of publishers
    /// @param safety of the shard
    /// @param queues told of what isn't delivered
    /// @param rules of who may receive what
    /// @param crowded receivers of the shard
    /// @param slice subscribers visited in one turn, 2 and up
    /// @param oneCopyEach whether a session gets a copy for each of its subscriptions that match, instead of one in all
    public Fanout(
            ShardThread thread,
            Post post,
            Safety safety,
            QueueWatch queues,
            DeliveryRules rules,
            CrowdedReceivers crowded,
            int slice,
            boolean oneCopyEach) {
        this.thread = thread;
        this.post = post;
        this.safety = safety;
        this.queues = queues;
        this.rules = rules;
        this.crowded = crowded;
        this.steps = thread.steps();
        this.number = thread.number();
        this.slice = slice;
        this.oneCopyEach = oneCopyEach;
    }

    /// Goes on with what is under way.
    public void turn() {
        crowded.turn();
        if (!idle()) {
            continued = true;
            proceed();
        }
    }

    /// Whether the last message has reached everybody, so that the next may begin.
    ///
    /// @return false if a turn is needed
    public boolean idle() {
        return handover == null;
    }

    /// Delivers a message, or begins to: only when [#idle]. A bug met with one receiver ends that one's connection
    /// only.
    void begin(Handover next) {
        assert idle();
        FilterEntry[] entries = next.entries();
        slow = next.message().whenFull() == WhenFull.SLOW;
        if (entries.length == 1 && entries[0].slot(number) instanceof Subscriber sole) {
            answer(next, deliver(next, sole));
            return;
        }
        for (FilterEntry entry : entries) {
            Object slot = entry.slot(number);
            if (slot != null) {
                add(slot);
            }
        }
        handover = next;
        owing = false;
        continued = false;
        stamp++;
        safety.journal().shared(next.message());
        proceed();
    }

    /// Whether a message for these filters would reach everybody here before [#begin] returns.
    boolean isAtOnce(FilterEntry[] entries) {
        int subscribers = 0;
        for (FilterEntry entry : entries) {
            Object slot = entry.slot(number);
            subscribers += slot instanceof SubscriberList list ? list.size() : 1;
        }
        return idle() && subscribers <= slice / 2; // They may have to be walked over twice.
    }

    private void add(Object slot) {
        if (slotCount == slots.length) {
            slots = Arrays.copyOf(slots, slotCount * 2);
            ends = Arrays.copyOf(ends, slotCount * 2);
        }
        slots[slotCount] = slot;
        ends[slotCount] = slot instanceof SubscriberList list ? list.beginWalk() : 1;
        slotCount++;
    }

    /// Goes on with a walk, one slice of it.
    private void proceed() {
        int budget = slice;
        boolean single = slotCount == 1 || oneCopyEach;
        while (slotAt < slotCount && budget > 0) {
            Object slot = slots[slotAt];
            int end = Math.min(ends[slotAt], placeAt + budget);
            budget -= end - placeAt;
            while (placeAt < end) {
                Subscriber subscriber = slot instanceof SubscriberList list ? list.get(placeAt) : sole(slot);
                placeAt++;
                if (subscriber != null) {
                    if (single) {
                        owing |= deliver(handover, subscriber);
                    } else {
                        owing |= gather(subscriber);
                    }
                }
            }
            if (placeAt == ends[slotAt]) {
                slotAt++;
                placeAt = 0;
            }
        }
        while (slotAt == slotCount && deliveredCount < gatheredCount && budget > 0) {
            deliverGathered(deliveredCount++);
            budget--;
        }
        steps.add(slice - budget);
        if (slotAt == slotCount && deliveredCount == gatheredCount) {
            end();
        }
    }

    /// A sole subscriber that left between two slices has no place in the index any more.
    private static Subscriber sole(Object slot) {
        Subscriber sole = (Subscriber) slot;
        return sole.position() < 0 ? null : sole;
    }

    private void end() {
        Handover done = handover;
        for (int i = 0; i < slotCount; i++) {
            if (slots[i] instanceof SubscriberList list) {
                list.endWalk();
            }
            slots[i] = null;
        }
        slotCount = 0;
        slotAt = 0;
        placeAt = 0;
        gatheredCount = 0;
        deliveredCount = 0;
        if (gathered.length > KEPT_GATHERED) {
            gathered = new Session[16];
            merges = new Merge[16];
        }
        handover = null;
        safety.journal().shared(null);
        answer(done, owing);
    }

    /// The publisher's shard may count this part as done, at once or when the journal has what is owed.
    private void answer(Handover done, boolean owes) {
        if (slow) {
            crowded.delivered(done.reply(), done.source());
        }
        if (done.ticket() == null) {
            return;
        }
        if (owes) {
            Durability durability = done.message().durability();
            // The record that decides must stand behind this part, or nobody would ever read it back.
            boolean undecided = done.transaction() != 0 && durability == Durability.NONE;
            safety.whenSafe(undecided ? Durability.OS : durability, () -> post.tell(done.source(), done));
        } else {
            post.tell(done.source(), done);
        }
    }

    /// @return whether a durable session owes it now
    private boolean deliver(Handover from, Subscriber subscriber) {
        try {
            boolean owes = subscriber.offer(from.message(), from.transaction());
            if (slow) {
                crowded.offered(subscriber, from);
            }
            return owes;
        } catch (Throwable bug) {
            return broken(subscriber.session(), subscriber.durable(), bug);
        }
    }

    private boolean gather(Subscriber subscriber) {
        try {
            boolean owes = subscriber.offer(handover.message(), handover.transaction(), this);
            if (slow && subscriber.session() == null) {
                crowded.offered(subscriber, handover);
            }
            return owes;
        } catch (Throwable bug) {
            return broken(subscriber.session(), subscriber.durable(), bug);
        }
    }

    /// A receiver has failed.
    ///
    /// @return whether its part may have been staged before, so that it has to be safe first
    private boolean broken(Session session, boolean durable, Throwable bug) {
        thread.bug(session, bug);
        return durable;
    }

    @Override
    public void add(Session session, Subscription subscription) {
        Merge merge;
        if (session.fanoutStamp() == stamp) {
            merge = merges[session.fanoutPlace()];
        } else {
            merge = place(session);
            merge.qos = 0;
            merge.retain = false;
            merge.origin = null;
        }
        merge.qos = Math.max(merge.qos, subscription.qos());
        merge.retain |= subscription.retainAsPublished() && handover.message().retain();
        merge.origin = merge.origin == null ? subscription.origin() : together(merge.origin, subscription);
    }

    private static Origin together(Origin first, Subscription second) {
        if (second.origin() == null) {
            return first;
        }
        int[] identifiers = first.subscriptionIdentifiers();
        int count = identifiers.length;
        int[] all = Arrays.copyOf(identifiers, count + 1);
        all[count] = second.identifier();
        return new Identified(all);
    }

    private Merge place(Session session) {
        if (gatheredCount == gathered.length) {
            gathered = Arrays.copyOf(gathered, gatheredCount * 2);
            merges = Arrays.copyOf(merges, gatheredCount * 2);
        }
        gathered[gatheredCount] = session;
        if (merges[gatheredCount] == null) {
            merges[gatheredCount] = new Merge();
        }
        session.fanout(stamp, gatheredCount);
        return merges[gatheredCount++];
    }

    private void deliverGathered(int at) {
        Session session = gathered[at];
        Merge merge = merges[at];
        gathered[at] = null;
        try {
            if (continued && !rules.mayStillReceive(session, handover.message(), merge.qos)) {
                queues.dropped(session, DropReason.NOT_AUTHORIZED);
            } else {
                owing |= session.offer(handover.message(), merge.qos, merge.retain, merge.origin,
                        handover.transaction());
                if (slow) {
                    crowded.offered(session, handover);
                }
            }
        } catch (Throwable bug) {
            owing |= broken(session, session.durable(), bug);
        }
        merge.origin = null;
    }
}
