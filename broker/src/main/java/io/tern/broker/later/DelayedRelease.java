package io.tern.broker.later;

import io.tern.api.Access;
import io.tern.api.Message;
import io.tern.broker.access.WillAuthorization;
import io.tern.broker.point.PointSubscriptions;
import io.tern.broker.route.Router;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.broker.watch.Counters.Event;
import io.tern.wire.PointToPoint;
import java.util.ArrayDeque;

/// Brings one shard's messages that are due on their way: asks once more whether their publishers may, looks for those
/// to whom alone some go, and gives them to the router, some in a turn. On the shard's thread.
///
/// A message stays in its queue until all who get it have it, and is over together with that.
final class DelayedRelease {

    /// Messages given to the router in one turn.
    static final int PER_TURN = 64;
    /// Those that are on their way, and in their queues still.
    private static final int UNDER_WAY_MAX = 1024;

    /// A message that is due.
    private record Due(DelayedQueue queue, long sequence, Message message) {}

    private final ShardThread thread;
    private final Safety safety;
    private final Counters counters;
    private final WillAuthorization authorization;
    private final Router router;
    private final PointSubscriptions points;
    private final DelayedTally tally;
    /// Those that may go, in the order in which they were found to be due.
    private final ArrayDeque<Due> ready = new ArrayDeque<>();
    private int underWay;

    DelayedRelease(
            ShardThread thread,
            Safety safety,
            Counters counters,
            WillAuthorization authorization,
            Router router,
            PointSubscriptions points,
            DelayedTally tally) {
        this.thread = thread;
        this.safety = safety;
        this.counters = counters;
        this.authorization = authorization;
        this.router = router;
        this.points = points;
        this.tally = tally;
    }

    /// Whether one more may be begun.
    boolean hasRoom() {
        return underWay < UNDER_WAY_MAX && mayRoute();
    }

    private boolean mayRoute() {
        return router.clear() && safety.hasRoom();
    }

    /// A message is due.
    ///
    /// @param queue in which it stands until it is over
    void begin(DelayedQueue queue, long sequence, Message message) {
        underWay++;
        thread.steps().add(Steps.LOAN);
        Due one = new Due(queue, sequence, message);
        if (message.expired(thread.nowMillis())) {
            over(one, Event.DELAYED_EXPIRED);
            return;
        }
        Access access = Access.publish(message.topic().value(), message.qos(), message.retain());
        authorization.due(tally.client(message), message.publisherId(), message.owner(), access,
                allowed -> judged(one, allowed));
    }

    private void judged(Due one, boolean allowed) {
        if (!allowed) {
            over(one, Event.DELAYED_DENIED);
        } else if (PointToPoint.is(one.message.topic().value())) {
            points.search(one.message.topic(), room -> sought(one, room));
        } else {
            ready.add(one);
        }
    }

    private void sought(Due one, boolean room) {
        if (room) {
            ready.add(one);
        } else {
            over(one, Event.DELAYED_UNREACHABLE);
        }
    }

    /// Gives some to the router.
    void turn() {
        for (int i = 0; i < PER_TURN && !ready.isEmpty() && mayRoute(); i++) {
            if (!router.matching().isKnown(ready.peek().message.topic())) {
                return;
            }
            Due next = ready.poll();
            try {
                router.release(next.message, () -> over(next, Event.DELAYED_FIRED));
            } catch (Throwable bug) {
                underWay--; // It stays in its queue for another process.
                thread.bug(bug);
            }
        }
    }

    /// Whether more can be done at once.
    boolean waiting() {
        return !ready.isEmpty() && mayRoute();
    }

    private void over(Due one, Event event) {
        underWay--;
        counters.count(event);
        safety.journal().settled(one.queue.epoch(), one.sequence);
        one.queue.gone(one.message);
        tally.gone(one.message, one.queue.isLearnt(one.sequence), thread.number());
    }
}
