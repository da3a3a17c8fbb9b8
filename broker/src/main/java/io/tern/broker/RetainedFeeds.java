package io.tern.broker;

import io.tern.api.Message;
import io.tern.broker.index.RetainedCursor;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.TopicFilter;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Brings retained messages to new subscriptions, no faster than their clients take them.
///
/// A feed is a cursor in the retained messages, not a list of them, and sends only what can leave at once: however many
/// topics match, nothing piles up, and everybody else goes on meanwhile. A feed that its client interrupts by leaving
/// goes on when the session is back.
final class RetainedFeeds {

    /// Messages sent for one session in one turn.
    private static final int MESSAGES_PER_TURN = 64;
    /// Topics looked at for one session in one turn.
    private static final int STEPS_PER_TURN = 256;
    /// Sessions served in one turn.
    private static final int SESSIONS_PER_TURN = 256;

    private record Feed(Subscription subscription, RetainedCursor<Message> cursor) {}

    /// The feeds of one session, one after the other.
    private static final class Feeds {
        final Session session;
        final ArrayDeque<Feed> feeds = new ArrayDeque<>();
        boolean ready;

        Feeds(Session session) {
            this.session = session;
        }
    }

    private final Shard shard;
    private final Retained retained;
    private final Map<Session, Feeds> bySession = new HashMap<>();
    private final ArrayDeque<Feeds> ready = new ArrayDeque<>();

    RetainedFeeds(Shard shard, Retained retained) {
        this.shard = shard;
        this.retained = retained;
    }

    /// Begins to feed a subscription.
    void begin(Subscription subscription, TopicFilter filter) {
        Feeds feeds = bySession.computeIfAbsent(subscription.session(), Feeds::new);
        feeds.feeds.removeIf(feed -> feed.subscription == subscription);
        feeds.feeds.add(new Feed(subscription, SystemTopics.owns(filter)
                ? shard.broker().systemTopics().cursor(filter)
                : retained.cursor(filter)));
        ready(feeds);
    }

    /// The session may have room now.
    void roomy(Session session) {
        if (!bySession.isEmpty()) {
            Feeds feeds = bySession.get(session);
            if (feeds != null) {
                ready(feeds);
            }
        }
    }

    /// The session has ended.
    void ended(Session session) {
        bySession.remove(session);
    }

    private void ready(Feeds feeds) {
        if (!feeds.ready) {
            feeds.ready = true;
            ready.add(feeds);
        }
    }

    void turn() {
        for (int i = Math.min(SESSIONS_PER_TURN, ready.size()); i > 0; i--) {
            Feeds feeds = ready.poll();
            feeds.ready = false;
            try {
                if (feed(feeds)) {
                    ready(feeds);
                }
            } catch (RuntimeException | AssertionError bug) {
                bySession.remove(feeds.session);
                shard.bug(feeds.session, bug);
            }
        }
    }

    /// Whether more can be done at once.
    boolean waiting() {
        return !ready.isEmpty();
    }

    /// @return whether it could go on at once
    private boolean feed(Feeds feeds) {
        Session session = feeds.session;
        if (session.ended()) {
            bySession.remove(session);
            return false;
        }
        int messages = 0;
        for (int steps = 0; steps < STEPS_PER_TURN && messages < MESSAGES_PER_TURN; steps++) {
            Feed feed = feeds.feeds.peek();
            if (feed == null) {
                bySession.remove(session);
                return false;
            }
            if (!session.hasRoom()) {
                return false; // It says when it has.
            }
            Subscription subscription = feed.subscription;
            if (session.subscriptions().get(subscription.filter()) != subscription) {
                feeds.feeds.poll(); // Unsubscribed meanwhile.
                continue;
            }
            Message message = feed.cursor.next(1);
            if (message != null && message.expired(shard.nowMillis())) {
                expire(message);
            } else if (message != null
                    && !isOwn(subscription, message)
                    && (subscription.grant() == 0 || shard.gate().mayReceive(subscription, message))) {
                messages++;
                send(session, subscription, message);
            }
            if (feed.cursor.done()) {
                feeds.feeds.poll();
            }
        }
        return true;
    }

    private void expire(Message message) {
        long sequence = retained.expire(message);
        if (sequence >= 0) {
            shard.journal().retainedCleared(message.topic(), sequence);
        }
    }

    /// Whether No Local keeps it from the client, which has published it itself [MQTT-3.8.3-3].
    private static boolean isOwn(Subscription subscription, Message message) {
        return subscription.noLocal() && subscription.session().clientId().equals(message.publisherId());
    }

    private static void send(Session session, Subscription subscription, Message message) {
        int identifier = subscription.identifier();
        session.offer(message, subscription.qos(), true, identifier == 0 ? null : new int[] {identifier});
    }
}
