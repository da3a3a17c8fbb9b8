package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.broker.index.OwnSubscription;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Session;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings retained messages to new subscriptions, no faster than their clients take them.
///
/// A feed is a cursor in the retained messages, not a list of them, and sends only what can leave at once: however many
/// topics match, nothing piles up, and everybody else goes on meanwhile. Those that are on disk only are read some at a
/// time, no more than the client can take then; what it can't take after all is forgotten and read again. A feed that
/// its client interrupts by leaving goes on when the session is back.
public final class RetainedDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(RetainedDelivery.class);

    /// Messages sent for one session in one turn.
    private static final int MESSAGES_PER_TURN = 64;
    /// Topics looked at for one session in one turn.
    private static final int STEPS_PER_TURN = 256;
    /// Sessions served in one turn.
    private static final int SESSIONS_PER_TURN = 256;
    /// How many times a subscription is fed at most because of SUBSCRIBEs that came while it was: as many as there are
    /// packet identifiers. Those beyond bring nothing of their own.
    private static final int TIMES_MAX = 65_535;
    /// What a subscription takes that waits to be fed.
    private static final int WAITING_BYTES = 64;

    /// The feeds of one session, one after the other.
    private static final class Feeds {
        final Session session;
        /// In the order in which they are fed, the first of them by [#feed], and how many times.
        final LinkedHashMap<OwnSubscription, Integer> waiting = new LinkedHashMap<>();
        RetainedFeed feed;
        boolean ready;
        /// Nothing is sent until its messages have been read.
        boolean reading;

        Feeds(Session session) {
            this.session = session;
        }
    }

    private final ShardThread thread;
    private final RetainedMessages retained;
    private final SystemTopics systemTopics;
    private final RetainedChanges changes;
    private final ShardMemory memory;
    private final Counters counters;
    private final Consumer<Message> handling;
    private final RetainedReads reads;
    private final Map<Session, Feeds> bySession = new HashMap<>();
    private final ArrayDeque<Feeds> ready = new ArrayDeque<>();
    private final ArrayDeque<Feeds> waitingToRead = new ArrayDeque<>();
    private boolean missed;

    /// @param thread the shard's
    /// @param retained the messages of all topics
    /// @param systemTopics those of the server itself
    /// @param changes takes out what is found to have expired
    /// @param store from which those are read that are on disk only
    /// @param memory charged with what waits
    /// @param counters of the shard
    /// @param handling says of a message that was read what was set for its topic, which is not stored with it
    public RetainedDelivery(
            ShardThread thread,
            RetainedMessages retained,
            SystemTopics systemTopics,
            RetainedChanges changes,
            Store store,
            ShardMemory memory,
            Counters counters,
            Consumer<Message> handling) {
        this.thread = thread;
        this.retained = retained;
        this.systemTopics = systemTopics;
        this.changes = changes;
        this.memory = memory;
        this.counters = counters;
        this.handling = handling;
        this.reads = new RetainedReads(thread, store);
    }

    /// Begins to feed a subscription, or does it once more when it has been fed: each SUBSCRIBE brings all of them, how
    /// quickly ever it comes after another [MQTT-3.8.4-3], but once, how often ever it names the filter.
    ///
    /// @param subscription of a session of this shard
    public void begin(OwnSubscription subscription) {
        Feeds feeds = bySession.computeIfAbsent(subscription.session(), Feeds::new);
        int times = feeds.waiting.merge(subscription, 1, (had, more) -> Math.min(had + more, TIMES_MAX));
        if (times == 1) {
            memory.add(WAITING_BYTES);
        }
        ready(feeds);
    }

    /// The feed of the first subscription.
    ///
    /// @return null if none is left
    private RetainedFeed first(Feeds feeds) {
        if (feeds.feed == null && !feeds.waiting.isEmpty()) {
            OwnSubscription subscription = feeds.waiting.firstEntry().getKey();
            TopicFilter filter = TopicFilter.of(subscription.filter());
            RetainedFeed feed = new RetainedFeed(subscription, retained.cursor(filter), null);
            feeds.feed = SystemTopics.owns(filter)
                    ? new RetainedFeed(subscription, systemTopics.cursor(filter), feed)
                    : feed;
        }
        return feeds.feed;
    }

    /// A feed is over.
    private void next(Feeds feeds, RetainedFeed over) {
        feeds.feed = over.isSubscribed() ? over.behind : null;
        if (feeds.feed != null) {
            return;
        }
        int times = feeds.waiting.get(over.subscription);
        if (times > 1 && over.isSubscribed()) {
            feeds.waiting.put(over.subscription, times - 1);
        } else {
            feeds.waiting.remove(over.subscription);
            memory.add(-WAITING_BYTES);
        }
    }

    /// A session may have room now.
    ///
    /// @param session of this shard
    public void roomy(Session session) {
        if (!bySession.isEmpty()) {
            Feeds feeds = bySession.get(session);
            if (feeds != null) {
                ready(feeds);
            }
        }
    }

    /// A session has ended.
    ///
    /// @param session to which nothing more is brought
    public void ended(Session session) {
        Feeds feeds = bySession.remove(session);
        if (feeds != null) {
            forget(feeds);
        }
    }

    private void forget(Feeds feeds) {
        memory.add(-(long) WAITING_BYTES * feeds.waiting.size());
        feeds.waiting.clear();
        feeds.feed = null;
    }

    private void ready(Feeds feeds) {
        if (!feeds.ready && !feeds.reading) {
            feeds.ready = true;
            ready.add(feeds);
        }
    }

    /// Goes on, so far in one turn.
    public void turn() {
        for (int left = reads.left(); left > 0 && !waitingToRead.isEmpty(); left--) {
            goOn(waitingToRead.poll());
        }
        int end = thread.steps().done() + Steps.TURN_MAX;
        for (int i = Math.min(SESSIONS_PER_TURN, ready.size()); i > 0 && thread.steps().done() < end; i--) {
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
        thread.bug(feeds.session, bug);
    }

    /// Whether more can be done at once.
    ///
    /// @return true if a turn is needed
    public boolean waiting() {
        return !ready.isEmpty() || mayRead();
    }

    /// Whether somebody waits who could read.
    private boolean mayRead() {
        return !waitingToRead.isEmpty() && reads.left() > 0;
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
            thread.steps().add(Steps.TOPIC);
            RetainedFeed feed = first(feeds);
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
    private boolean step(RetainedFeed feed) {
        RetainedPlace.Topic next = feed.cursor.next(1);
        RetainedPlace place = next == null ? null : next.place();
        return switch (place) {
            case null -> false;
            case RetainedPlace.Body body -> send(feed.subscription, body.topic(), body, body.message());
            case RetainedPlace.Stub stub -> {
                TopicName topic = TopicName.of(feed.cursor.topic());
                if (!changes.expire(topic, stub)) {
                    feed.passed(new RetainedId(topic, stub.sequence()), stub.costBytes());
                }
                yield false;
            }
        };
    }

    private boolean send(OwnSubscription subscription, TopicName topic, RetainedPlace place, Message message) {
        Session session = subscription.session();
        if (changes.expire(topic, place) || !session.wants(subscription, message)) {
            return false;
        }
        session.offer(message, subscription.qos(), true, subscription.origin());
        return true;
    }

    private void read(Feeds feeds, RetainedFeed feed) {
        feeds.reading = true;
        if (reads.left() == 0) {
            waitingToRead.add(feeds);
            return;
        }
        List<RetainedId> wanted = feed.unread.stream().limit(feeds.session.roomMessages()).toList();
        reads.read(wanted, messages -> {
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

    private void goOn(Feeds feeds) {
        feeds.reading = false;
        ready(feeds);
    }

    /// Sends what was read, as long as there is room; the rest is read again.
    private void take(RetainedFeed feed, List<RetainedId> wanted, List<Message> messages) {
        Session session = feed.subscription.session();
        for (int i = 0; i < messages.size() && !session.ended() && session.hasRoom() && feed.isSubscribed(); i++) {
            RetainedId id = feed.taken();
            assert id == wanted.get(i) : id + " instead of " + wanted.get(i);
            RetainedPlace place = retained.get(id);
            Message message = messages.get(i);
            if (message != null) {
                counters.count(Counters.Event.RETAINED_READ);
            }
            // What has taken its place since is matched after the subscription was made, and comes by itself.
            if (place != null && message != null) {
                handling.accept(message);
                send(feed.subscription, id.topic(), place, message);
            } else if (place != null) {
                missing(id);
            }
        }
    }

    private void missing(RetainedId id) {
        counters.count(Counters.Event.RETAINED_MISSING);
        if (!missed) {
            missed = true;
            LOG.error("the retained message of {} is not where it was stored (said once, counted always)", id.topic());
        }
    }
}
