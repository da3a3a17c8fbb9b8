package io.tern.broker.route;

import static io.tern.broker.route.CrowdedReceiver.HIGH;
import static io.tern.broker.route.CrowdedReceiver.LOW;

import io.tern.api.Options;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Subscriber;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.share.SharedGroup;
import io.tern.broker.time.Timer;
import io.tern.broker.turn.Note;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Session;
import io.tern.engine.inbound.ReplyTicket;
import java.util.LinkedHashMap;
import java.util.Map;

/// The receivers of one shard whose queues are over half full, with topics for which publishers are slowed then, see
/// [io.tern.api.WhenFull#SLOW].
///
/// A delivery that meets such a queue marks its filter in [CrowdedFilters]. A publisher that sees the mark sends its
/// reply along with the message: it is held here until the queue is below the mark again, or for a short time at most;
/// all else about the message goes on. Nobody is held for who is away, too slow to get there in time, held in vain too
/// often, or the publisher itself.
public final class CrowdedReceivers extends Timer {

    /// Receivers that are watched.
    private static final int RECEIVERS_MOST = 1024;
    /// Answers that are held at once; more leave at once.
    private static final int HELD_MOST = 65_536;
    /// While nothing else happens it is looked so often.
    private static final int LOOK_MILLIS = 10;

    /// Back at the publisher's shard: the answer may leave.
    private record LetGo(ReplyTicket reply) implements Note {

        @Override
        public void arrive() {
            reply.letGo();
        }
    }

    private final ShardThread thread;
    private final Post post;
    private final Counters counters;
    private final CrowdedFilters filters;
    private final int holdMillis;
    private final Map<Object, CrowdedReceiver> receivers = new LinkedHashMap<>();
    private int held;
    private long lookedMillis;
    /// Whom the message that is being delivered has met, who may be waited for.
    private CrowdedReceiver met;

    /// @param thread the shard's
    /// @param post to the shards of publishers
    /// @param counters of the shard
    /// @param filters those through which messages come for crowded ones, on any shard
    /// @param options how long an answer is held at most
    public CrowdedReceivers(
            ShardThread thread, Post post, Counters counters, CrowdedFilters filters, Options options) {
        this.thread = thread;
        this.post = post;
        this.counters = counters;
        this.filters = filters;
        this.holdMillis = (int) options.get(BrokerOptions.HOLD_ACK).toMillis();
    }

    /// A message has been offered to somebody.
    ///
    /// @param message what
    void offered(Subscriber subscriber, Handover message) {
        offered(subscriber.session(), subscriber instanceof SharedGroup shared ? shared : null, message);
    }

    /// A message has been offered to a session.
    ///
    /// @param message what
    void offered(Session session, Handover message) {
        offered(session, null, message);
    }

    private void offered(Session session, SharedGroup group, Handover message) {
        String publisherId = message.message().publisherId();
        boolean own = session == null ? group == null : session.clientId().equals(publisherId);
        if (own || session != null && (session.connection() == null || session.outbox().fullness() <= HIGH)) {
            return;
        }
        if (group != null && group.fullness() <= HIGH) {
            return;
        }
        CrowdedReceiver receiver = receivers.get(group == null ? session : group);
        if (receiver == null) {
            if (receivers.size() == RECEIVERS_MOST || holdMillis == 0) {
                return;
            }
            receiver = new CrowdedReceiver(session, group, thread.nowMillis());
            receivers.put(group == null ? session : group, receiver);
            lookLater();
        }
        if (!receiver.isLeftAlone(thread.nowMillis())) {
            FilterEntry entry = entry(message.entries());
            if (entry != null && receiver.marks(entry)) {
                filters.mark(entry, thread.number());
            }
            met = met == null ? receiver : met;
        }
    }

    /// One filter that matched and has subscribers here: a publisher whose topic matches it has to ask who they are.
    private FilterEntry entry(FilterEntry[] entries) {
        for (FilterEntry entry : entries) {
            if (entry.slot(thread.number()) != null) {
                return entry;
            }
        }
        return null;
    }

    /// A message has been offered to all who get it here.
    ///
    /// @param reply of its publisher that came along, or null
    /// @param source the publisher's shard
    void delivered(ReplyTicket reply, int source) {
        CrowdedReceiver receiver = met;
        met = null;
        if (reply == null) {
            return;
        }
        long now = thread.nowMillis();
        if (receiver != null && held < HELD_MOST && receiver.helps(holdMillis, now)) {
            receiver.held.add(new CrowdedReceiver.Held(reply, source, now + holdMillis));
            held++;
            counters.count(Counters.Event.ACKS_HELD);
        } else {
            post.tell(source, new LetGo(reply));
        }
    }

    /// Lets go of what need not be held any more. Costs nothing while nobody is crowded.
    void turn() {
        if (!receivers.isEmpty() && lookedMillis != thread.nowMillis()) {
            look(thread.nowMillis());
        }
    }

    @Override
    public void fire(long nowMillis) {
        look(nowMillis);
        if (!receivers.isEmpty()) {
            thread.timers().schedule(this, nowMillis + LOOK_MILLIS);
        }
    }

    private void lookLater() {
        if (isIdle() && !receivers.isEmpty()) {
            thread.timers().schedule(this, thread.nowMillis() + LOOK_MILLIS);
        }
    }

    private void look(long nowMillis) {
        lookedMillis = nowMillis;
        receivers.values().removeIf(receiver -> {
            look(receiver, nowMillis);
            return receiver.held.isEmpty() && receiver.marked.isEmpty() && !receiver.isLeftAlone(nowMillis);
        });
    }

    private void look(CrowdedReceiver receiver, long nowMillis) {
        receiver.measure(nowMillis);
        double fullness = receiver.fullness();
        boolean over = fullness > HIGH;
        boolean inVain = false;
        while (!receiver.held.isEmpty() && (!over || receiver.held.peek().untilMillis() <= nowMillis)) {
            CrowdedReceiver.Held first = receiver.held.poll();
            held--;
            inVain |= over;
            post.tell(first.source(), new LetGo(first.reply()));
        }
        if (inVain) {
            receiver.inVain(nowMillis, holdMillis);
            counters.count(Counters.Event.ACKS_HELD_IN_VAIN);
        }
        if (fullness < LOW || receiver.isLeftAlone(nowMillis)) {
            receiver.marked.forEach(entry -> filters.clear(entry, thread.number()));
            receiver.marked.clear();
        }
    }

    /// How many receivers are crowded.
    int size() {
        return receivers.size();
    }
}
