package io.tern.broker.retain;

import io.tern.api.RetainedId;
import io.tern.broker.index.OwnSubscription;
import io.tern.broker.index.RetainedCursor;
import java.util.ArrayDeque;

/// Where one subscription stands among the retained messages that it matches: a cursor, and behind it what has to be
/// read from the disk before it goes on.
final class RetainedFeed {

    /// Messages read at once,
    private static final int READ_MESSAGES = 64;
    /// or so many bytes of them, and one message more.
    private static final int READ_BYTES = 64 * 1024;

    final OwnSubscription subscription;
    final RetainedCursor<RetainedPlace.Topic> cursor;
    /// What comes behind it, or null.
    final RetainedFeed behind;
    /// Passed by the cursor, and not in memory: at most what is read at once.
    final ArrayDeque<RetainedId> unread = new ArrayDeque<>();
    private int unreadBytes;

    RetainedFeed(OwnSubscription subscription, RetainedCursor<RetainedPlace.Topic> cursor, RetainedFeed behind) {
        this.subscription = subscription;
        this.cursor = cursor;
        this.behind = behind;
    }

    boolean isSubscribed() {
        return subscription.session().subscriptions().get(subscription.filter()) == subscription;
    }

    /// Passes a message that has to be read.
    void passed(RetainedId id, int costBytes) {
        unread.add(id);
        unreadBytes += costBytes;
    }

    /// The first of those that were passed is done with.
    RetainedId taken() {
        RetainedId id = unread.remove();
        if (unread.isEmpty()) {
            unreadBytes = 0;
        }
        return id;
    }

    /// Whether it doesn't go on until it has read.
    boolean hasToRead() {
        return cursor.done() || unread.size() == READ_MESSAGES || unreadBytes >= READ_BYTES;
    }

    boolean isDone() {
        return cursor.done() && unread.isEmpty();
    }
}
