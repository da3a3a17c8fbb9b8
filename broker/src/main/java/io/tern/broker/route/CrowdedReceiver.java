package io.tern.broker.route;

import io.tern.broker.index.FilterEntry;
import io.tern.broker.share.SharedGroup;
import io.tern.engine.Session;
import io.tern.engine.inbound.ReplyTicket;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/// A receiver whose queue was found over half full, and the answers to publishers that are held for its sake. On its
/// shard's thread.
final class CrowdedReceiver {

    /// With more than this part of its bound it is crowded,
    static final double HIGH = 0.5;
    /// and with less than this no more.
    static final double LOW = 0.375;

    /// Filters through which it gets messages and that are marked for it; publishers to others aren't slowed.
    private static final int ENTRIES_MOST = 1024;
    /// How quick it is, is measured over this time, and what it did in the better one of the last two counts.
    private static final int SAMPLE_MILLIS = 100;
    /// So often answers may be held in vain within [#PATIENCE_MILLIS], before it is left alone for as long.
    private static final int RUNS_MOST = 3;
    private static final int PATIENCE_MILLIS = 10_000;

    /// An answer that is held.
    ///
    /// @param source the publisher's shard
    /// @param untilMillis at the latest
    record Held(ReplyTicket reply, int source, long untilMillis) {}

    private final Session session;
    private final SharedGroup group;
    final Set<FilterEntry> marked = new LinkedHashSet<>();
    final ArrayDeque<Held> held = new ArrayDeque<>();
    private long sinceMillis;
    private long sinceLeft;
    /// Messages that leave in a millisecond; -1 if that isn't known yet.
    private double leaving = -1;
    private double leftBefore = -1;
    private int runs;
    private long runsSinceMillis;
    private long runMillis;
    private long aloneUntilMillis;

    /// @param session whose it is, or null
    /// @param group or whose
    CrowdedReceiver(Session session, SharedGroup group, long nowMillis) {
        this.session = session;
        this.group = group;
        this.sinceMillis = nowMillis;
        this.sinceLeft = left();
    }

    /// @return 0 to 1, 0 also for who is away: nobody waits for that
    double fullness() {
        if (group != null) {
            return group.members() > 0 ? group.fullness() : 0;
        }
        return session.ended() || session.connection() == null ? 0 : session.outbox().fullness();
    }

    /// How many messages have left its queue, or a number that grows as that does.
    private long left() {
        return group != null ? group.left() : session.outbox().messagesSent();
    }

    private long waiting() {
        return group != null ? group.queued() : session.outbox().waiting();
    }

    /// Looks how quick it is.
    void measure(long nowMillis) {
        long tookMillis = nowMillis - sinceMillis;
        if (tookMillis >= SAMPLE_MILLIS) {
            double now = (double) (left() - sinceLeft) / tookMillis;
            leaving = Math.max(now, leftBefore);
            leftBefore = now;
            sinceMillis = nowMillis;
            sinceLeft = left();
        }
    }

    /// Whether it is over the mark, and would be below it in time if nothing more came.
    boolean helps(int millis, long nowMillis) {
        double fullness = fullness();
        if (fullness <= HIGH || isLeftAlone(nowMillis)) {
            return false;
        }
        double surplus = waiting() * (fullness - HIGH) / fullness;
        return leaving < 0 || leaving * millis >= surplus;
    }

    /// Whether it was waited for in vain too often, so that all goes on without.
    boolean isLeftAlone(long nowMillis) {
        return nowMillis < aloneUntilMillis;
    }

    /// Answers were held as long as they may be, and it was over the mark still. Those that were held at the same time
    /// count once.
    ///
    /// @param holdMillis how long they may be
    void inVain(long nowMillis, int holdMillis) {
        if (nowMillis - runMillis < holdMillis) {
            return;
        }
        runMillis = nowMillis;
        if (nowMillis - runsSinceMillis > PATIENCE_MILLIS) {
            runs = 0;
            runsSinceMillis = nowMillis;
        }
        if (++runs > RUNS_MOST) {
            aloneUntilMillis = nowMillis + PATIENCE_MILLIS;
            runs = 0;
        }
    }

    /// @return whether it is to be marked, and was not
    boolean marks(FilterEntry entry) {
        return marked.size() < ENTRIES_MOST && marked.add(entry);
    }
}
