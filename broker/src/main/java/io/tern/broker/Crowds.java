package io.tern.broker;

import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Subscriber;
import io.tern.broker.time.Timer;
import io.tern.broker.turn.Note;
import io.tern.broker.watch.Counters;
import io.tern.engine.Session;
import io.tern.engine.inbound.ReplyTicket;
import java.util.LinkedHashMap;
import java.util.Map;

/// The receivers of one shard whose queues are over half full, with topics for which publishers are slowed then, see
/// [io.tern.api.WhenFull#SLOW].
///
/// A delivery that meets such a queue marks its filter in [Crowded]. A publisher that sees the mark sends its reply
/// along with the message: it is held here until the queue is below the mark again, or for a short time at most; all
/// else about the message goes on. Nobody is held for who is away, too slow to get there in time, held in vain too
/// often, or the publisher itself.
final class Crowds extends Timer {

    /// Receivers that are watched.
    private static final int CROWDS_MOST = 1024;
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

    private final Shard shard;
    private final Crowded crowded;
    private final int holdMillis;
    private final Map<Object, Crowd> crowds = new LinkedHashMap<>();
    private int held;
    private long lookedMillis;
    /// Whom the message that is being delivered has met, who may be waited for.
    private Crowd met;

    Crowds(Shard shard, Broker broker) {
        this.shard = shard;
        this.crowded = broker.crowded();
        this.holdMillis = broker.holdAckMillis();
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
        if (own || session != null && (session.connection() == null || session.outbox().fullness() <= Crowd.HIGH)) {
            return;
        }
        if (group != null && group.fullness() <= Crowd.HIGH) {
            return;
        }
        Crowd crowd = crowds.get(group == null ? session : group);
        if (crowd == null) {
            if (crowds.size() == CROWDS_MOST || holdMillis == 0) {
                return;
            }
            crowd = new Crowd(session, group, shard.nowMillis());
            crowds.put(group == null ? session : group, crowd);
            lookLater();
        }
        if (!crowd.isLeftAlone(shard.nowMillis())) {
            FilterEntry entry = entry(message.entries());
            if (entry != null && crowd.marks(entry)) {
                crowded.mark(entry, shard.number());
            }
            met = met == null ? crowd : met;
        }
    }

    /// One filter that matched and has subscribers here: a publisher whose topic matches it has to ask who they are.
    private FilterEntry entry(FilterEntry[] entries) {
        for (FilterEntry entry : entries) {
            if (entry.slot(shard.number()) != null) {
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
        Crowd crowd = met;
        met = null;
        if (reply == null) {
            return;
        }
        long now = shard.nowMillis();
        if (crowd != null && held < HELD_MOST && crowd.helps(holdMillis, now)) {
            crowd.held.add(new Crowd.Held(reply, source, now + holdMillis));
            held++;
            shard.counters().count(Counters.Event.ACKS_HELD);
        } else {
            shard.tell(source, new LetGo(reply));
        }
    }

    /// Lets go of what need not be held any more. Costs nothing while nobody is crowded.
    void turn() {
        if (!crowds.isEmpty() && lookedMillis != shard.nowMillis()) {
            look(shard.nowMillis());
        }
    }

    @Override
    public void fire(long nowMillis) {
        look(nowMillis);
        if (!crowds.isEmpty()) {
            shard.timers().schedule(this, nowMillis + LOOK_MILLIS);
        }
    }

    private void lookLater() {
        if (isIdle() && !crowds.isEmpty()) {
            shard.timers().schedule(this, shard.nowMillis() + LOOK_MILLIS);
        }
    }

    private void look(long nowMillis) {
        lookedMillis = nowMillis;
        crowds.values().removeIf(crowd -> {
            look(crowd, nowMillis);
            return crowd.held.isEmpty() && crowd.marked.isEmpty() && !crowd.isLeftAlone(nowMillis);
        });
    }

    private void look(Crowd crowd, long nowMillis) {
        crowd.measure(nowMillis);
        double fullness = crowd.fullness();
        boolean over = fullness > Crowd.HIGH;
        boolean inVain = false;
        while (!crowd.held.isEmpty() && (!over || crowd.held.peek().untilMillis() <= nowMillis)) {
            Crowd.Held first = crowd.held.poll();
            held--;
            inVain |= over;
            shard.tell(first.source(), new LetGo(first.reply()));
        }
        if (inVain) {
            crowd.inVain(nowMillis, holdMillis);
            shard.counters().count(Counters.Event.ACKS_HELD_IN_VAIN);
        }
        if (fullness < Crowd.LOW || crowd.isLeftAlone(nowMillis)) {
            crowd.marked.forEach(entry -> crowded.clear(entry, shard.number()));
            crowd.marked.clear();
        }
    }

    /// How many receivers are crowded.
    int size() {
        return crowds.size();
    }
}
