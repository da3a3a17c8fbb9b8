package io.tern.broker;

import io.tern.api.Message;
import io.tern.api.RetainedId;
import io.tern.broker.index.RetainedCursor;
import io.tern.broker.time.Steps;
import io.tern.broker.watch.Counters;
import io.tern.engine.Session;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings retained messages to new subscriptions, no faster than their clients take them.
///
/// A feed is a cursor in the retained messages, not a list of them, and sends only what can leave at once: however many
/// topics match, nothing piles up, and everybody else goes on meanwhile. Those that are on disk only are read some at a
/// time, no more than the client can take then; what it can't take after all is forgotten and read again. A feed that
/// its client interrupts by leaving goes on when the session is back.
final class RetainedDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(RetainedDelivery.class);

    /// Messages sent for one session in one turn.
    private static final int MESSAGES_PER_TURN = 64;
    /// Topics looked at for one session in one turn.
    private static final int STEPS_PER_TURN = 256;
    /// Sessions served in one turn.
    private static final int SESSIONS_PER_TURN = 256;
    /// Messages read for one session at once,
    private static final int READ_MESSAGES = 64;
    /// or so many bytes of them, and one message more.
    private static final int READ_BYTES = 64 * 1024;
    /// Sessions for which is read at once; the others wait.
    private static final int READS_UNDER_WAY = 16;
    /// Besides these, so many may wait for what stands in the journal alone, and nobody waits for them.
    private static final int READS_POSTPONED = 256;
    /// How many times a subscription is fed at most because of SUBSCRIBEs that came while it was: as many as there are
    /// packet identifiers. Those beyond bring nothing of their own.
    private static final int TIMES_MAX = 65_535;
    /// What a subscription takes that waits to be fed.
    private static final int WAITING_BYTES = 64;

    private static final class Feed {
        final OwnSubscription subscription;
        final RetainedCursor<RetainedPlace.Topic> cursor;
        /// What comes behind it, or null.
        final Feed behind;
        /// Passed by the cursor, and not in memory: at most what is read at once.
        final ArrayDeque<RetainedId> unread = new ArrayDeque<>();
        int unreadBytes;

        Feed(OwnSubscription subscription, RetainedCursor<RetainedPlace.Topic> cursor, Feed behind) {
            this.subscription = subscription;
            this.cursor = cursor;
            this.behind = behind;
        }

        boolean isSubscribed() {
            return subscription.session().subscriptions().get(subscription.filter()) == subscription;
        }

        boolean hasToRead() {
            return cursor.done() || unread.size() == READ_MESSAGES || unreadBytes >= READ_BYTES;
        }

        boolean isDone() {
            return cursor.done() && unread.isEmpty();
        }
    }

    /// The feeds of one session, one after the other.
    private static final class Feeds {
        final Session session;
        /// In the order in which they are fed, the first of them by [#feed], and how many times.
        final LinkedHashMap<OwnSubscription, Integer> waiting = new LinkedHashMap<>();
        Feed feed;
        boolean ready;
        /// Nothing is sent until its messages have been read.
        boolean reading;

        Feeds(Session session) {
            this.session = session;
        }
    }

    private final Shard shard;
    private final Broker broker;
    private final RetainedMessages retained;
    private final Map<Session, Feeds> bySession = new HashMap<>();
    private final ArrayDeque<Feeds> ready = new ArrayDeque<>();
    private final ArrayDeque<Feeds> waitingToRead = new ArrayDeque<>();
    private int readsUnderWay;
    private int readsPostponed;
    private boolean missed;

    RetainedDelivery(Shard shard, Broker broker) {
        this.shard = shard;
        this.broker = broker;
        this.retained = broker.retained();
    }

    /// Begins to feed a subscription, or does it once more when it has been fed: each SUBSCRIBE brings all of them, how
    /// quickly ever it comes after another [MQTT-3.8.4-3], but once, how often ever it names the filter.
    void begin(OwnSubscription subscription) {
        Feeds feeds = bySession.computeIfAbsent(subscription.session(), Feeds::new);
        int times = feeds.waiting.merge(subscription, 1, (had, more) -> Math.min(had + more, TIMES_MAX));
        if (times == 1) {
            shard.memory().add(WAITING_BYTES);
        }
        ready(feeds);
    }

    /// The feed of the first subscription.
    ///
    /// @return null if none is left
    private Feed first(Feeds feeds) {
        if (feeds.feed == null && !feeds.waiting.isEmpty()) {
            OwnSubscription subscription = feeds.waiting.firstEntry().getKey();
            TopicFilter filter = TopicFilter.of(subscription.filter());
            Feed feed = new Feed(subscription, retained.cursor(filter), null);
            feeds.feed = SystemTopics.owns(filter)
                    ? new Feed(subscription, broker.systemTopics().cursor(filter), feed)
                    : feed;
        }
        return feeds.feed;
    }

    /// A feed is over.
    private void next(Feeds feeds, Feed over) {
        feeds.feed = over.isSubscribed() ? over.behind : null;
        if (feeds.feed != null) {
            return;
        }
        int times = feeds.waiting.get(over.subscription);
        if (times > 1 && over.isSubscribed()) {
            feeds.waiting.put(over.subscription, times - 1);
        } else {
            feeds.waiting.remove(over.subscription);
            shard.memory().add(-WAITING_BYTES);
        }
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
        Feeds feeds = bySession.remove(session);
        if (feeds != null) {
            forget(feeds);
        }
    }

    private void forget(Feeds feeds) {
        shard.memory().add(-(long) WAITING_BYTES * feeds.waiting.size());
        feeds.waiting.clear();
        feeds.feed = null;
    }

    private void ready(Feeds feeds) {
        if (!feeds.ready && !feeds.reading) {
            feeds.ready = true;
            ready.add(feeds);
        }
    }

    void turn() {
        for (int left = READS_UNDER_WAY - readsUnderWay; left > 0 && !waitingToRead.isEmpty(); left--) {
            goOn(waitingToRead.poll());
        }
        int end = shard.steps.done() + Steps.TURN_MAX;
        for (int i = Math.min(SESSIONS_PER_TURN, ready.size()); i > 0 && shard.steps.done() < end; i--) {
            Feeds feeds = ready.poll();
            feeds.ready = false;
            try {
                if (feed(feeds)) {
                    ready(feeds);
                }
            } catch (Throwable bug) {
                bug(feeds, bug);
            }
        }
    }

    private void bug(Feeds feeds, Throwable bug) {
        bySession.remove(feeds.session, feeds);
        forget(feeds);
        shard.bug(feeds.session, bug);
    }

    /// Whether more can be done at once.
    boolean waiting() {
        return !ready.isEmpty() || mayRead();
    }

    /// Whether somebody waits who could read.
    private boolean mayRead() {
        return !waitingToRead.isEmpty() && readsUnderWay < READS_UNDER_WAY;
    }

    /// @return whether it could go on at once
    private boolean feed(Feeds feeds) {
        Session session = feeds.session;
        if (session.ended()) {
            bySession.remove(session, feeds);
            forget(feeds);
            return false;
        }
        int messages = 0;
        for (int steps = 0; steps < STEPS_PER_TURN && messages < MESSAGES_PER_TURN; steps++) {
            shard.steps.add(Steps.TOPIC);
            Feed feed = first(feeds);
            if (feed == null) {
                bySession.remove(session, feeds);
                return false;
            }
            if (!feed.isSubscribed() || feed.isDone()) {
                next(feeds, feed);
            } else if (!session.hasRoom()) {
                return false; // It says when it has.
            } else if (feed.hasToRead()) {
                read(feeds, feed);
                return false; // It is ready again when that was read.
            } else if (step(feed)) {
                messages++;
            }
        }
        return true;
    }

    /// Looks at the next topic.
    ///
    /// @return whether a message was sent
    private boolean step(Feed feed) {
        RetainedPlace.Topic next = feed.cursor.next(1);
        RetainedPlace place = next == null ? null : next.place();
        return switch (place) {
            case null -> false;
            case RetainedPlace.Body body -> send(feed.subscription, body.topic(), body, body.message());
            case RetainedPlace.Stub stub -> {
                TopicName topic = TopicName.of(feed.cursor.topic());
                if (!shard.router().retaining().expire(topic, stub)) {
                    feed.unread.add(new RetainedId(topic, stub.sequence()));
                    feed.unreadBytes += stub.costBytes();
                }
                yield false;
            }
        };
    }

    private boolean send(OwnSubscription subscription, TopicName topic, RetainedPlace place, Message message) {
        Session session = subscription.session();
        if (shard.router().retaining().expire(topic, place) || !session.wants(subscription, message)) {
            return false;
        }
        session.offer(message, subscription.qos(), true, subscription.origin());
        return true;
    }

    private void read(Feeds feeds, Feed feed) {
        feeds.reading = true;
        if (readsUnderWay == READS_UNDER_WAY) {
            waitingToRead.add(feeds);
            return;
        }
        readsUnderWay++;
        List<RetainedId> wanted = feed.unread.stream().limit(feeds.session.roomMessages()).toList();
        Reading reading = new Reading();
        broker.store().readRetained(wanted, shard.loop(), reading::waits, messages -> {
            shard.enter();
            reading.ends();
            goOn(feeds);
            try {
                if (feeds.feed == feed) {
                    take(feed, wanted, messages);
                }
            } catch (Throwable bug) {
                bug(feeds, bug);
            }
        });
    }

    /// One that was asked for.
    private final class Reading {
        private boolean postponed;

        /// It may take long: what the archive has is read for others meanwhile.
        void waits() {
            shard.enter();
            if (readsPostponed < READS_POSTPONED) {
                postponed = true;
                readsPostponed++;
                readsUnderWay--;
            }
        }

        void ends() {
            if (postponed) {
                readsPostponed--;
            } else {
                readsUnderWay--;
            }
        }
    }

    private void goOn(Feeds feeds) {
        feeds.reading = false;
        ready(feeds);
    }

    /// Sends what was read, as long as there is room; the rest is read again.
    private void take(Feed feed, List<RetainedId> wanted, List<Message> messages) {
        Session session = feed.subscription.session();
        for (int i = 0; i < messages.size() && !session.ended() && session.hasRoom() && feed.isSubscribed(); i++) {
            RetainedId id = feed.unread.remove();
            assert id == wanted.get(i) : id + " instead of " + wanted.get(i);
            RetainedPlace place = retained.get(id);
            Message message = messages.get(i);
            if (message != null) {
                shard.counters().count(Counters.Event.RETAINED_READ);
            }
            // What has taken its place since is matched after the subscription was made, and comes by itself.
            if (place != null && message != null) {
                broker.topicRules().of(id.topic()).of(message);
                send(feed.subscription, id.topic(), place, message);
            } else if (place != null) {
                missing(id);
            }
        }
        if (feed.unread.isEmpty()) {
            feed.unreadBytes = 0;
        }
    }

    private void missing(RetainedId id) {
        shard.counters().count(Counters.Event.RETAINED_MISSING);
        if (!missed) {
            missed = true;
            LOG.error("the retained message of {} is not where it was stored (said once, counted always)", id.topic());
        }
    }
}
