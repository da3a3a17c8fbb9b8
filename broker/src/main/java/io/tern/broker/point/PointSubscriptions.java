package io.tern.broker.point;

import io.tern.broker.access.Rules;
import io.tern.broker.index.Index;
import io.tern.broker.index.OwnSubscription;
import io.tern.broker.link.Link;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.engine.Channel;
import io.tern.engine.Session;
import io.tern.wire.PointToPoint;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Utf8;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/// The subscriptions by which messages to one client alone reach the sessions of one shard: made when the first such
/// message is on its way, gone with the session, in no SUBSCRIBE and in no journal. For the shard's thread.
public final class PointSubscriptions {

    /// Says that a client has no session.
    public static final int NOWHERE = -1;

    /// A client whose sessions come and go all the time is looked for so often.
    private static final int LOOKS_MAX = 16;
    private static final int QOS_MAX = 2;
    /// A subscription with its entry of [#made] and its node of the index, besides the filter: all have the first level
    /// in common.
    private static final int OBJECTS_BYTES = 185;

    private enum Found { MADE, GONE, NO_ROOM }

    /// Hears what has become of a search.
    @FunctionalInterface
    public interface Searcher {

        /// The search is over.
        ///
        /// @param room false if there is no memory left to reach that client; also true if there is no such client
        void searched(boolean room);
    }

    private final boolean enabled;
    private final ShardThread thread;
    private final Post post;
    private final Index index;
    private final ShardMemory memory;
    private final ToIntFunction<String> homes;
    private final Function<String, Session> sessions;
    private final IntFunction<PointSubscriptions> peers;
    private final Map<Session, OwnSubscription> made = new HashMap<>();

    /// @param enabled whether there are such messages
    /// @param thread of the shard
    /// @param post of the shard
    /// @param index of all subscriptions
    /// @param memory of the shard
    /// @param homes on which shard a client's session is, [#NOWHERE] if it has none
    /// @param sessions those of this shard by client identifier, null for none
    /// @param peers the same of other shards, by their numbers
    public PointSubscriptions(
            boolean enabled,
            ShardThread thread,
            Post post,
            Index index,
            ShardMemory memory,
            ToIntFunction<String> homes,
            Function<String, Session> sessions,
            IntFunction<PointSubscriptions> peers) {
        this.enabled = enabled;
        this.thread = thread;
        this.post = post;
        this.index = index;
        this.memory = memory;
        this.homes = homes;
        this.sessions = sessions;
        this.peers = peers;
    }

    /// Whether there is nobody to look for, so that a message for which the index knows no subscription may be routed.
    ///
    /// @param link its publisher
    /// @param topic of a message to one client
    /// @return false if the publisher is told by [Channel#reached] when it may, never within this call
    public boolean reaches(Link link, TopicName topic) {
        String clientId = PointToPoint.clientId(topic);
        int home = homes.applyAsInt(clientId);
        if (home == NOWHERE) {
            return true;
        }
        Channel channel = link.channel();
        search(clientId, home, 1, room -> thread.guarded(channel, () -> {
            channel.reached(room);
            link.revive();
        }));
        return false;
    }

    /// Sees to it that the index has a subscription for what is published to a topic.
    ///
    /// @param topic of a message to one client
    /// @param then told when it has, or can't have, maybe within this call: false also if such messages are switched
    ///     off, or the topic is malformed, as that of a will may be which an earlier version has taken
    public void search(TopicName topic, Searcher then) {
        if (!enabled || PointToPoint.fault(topic) != null) {
            then.searched(false);
        } else {
            search(PointToPoint.clientId(topic), 1, then);
        }
    }

    private void search(String clientId, int look, Searcher then) {
        int home = homes.applyAsInt(clientId);
        if (home == NOWHERE || look > LOOKS_MAX) {
            then.searched(true);
        } else {
            search(clientId, home, look, then);
        }
    }

    /// @param then never told within this call
    private void search(String clientId, int home, int look, Searcher then) {
        int here = thread.number();
        PointSubscriptions there = peers.apply(home);
        post.tellLater(home, () -> {
            Found found = there.make(clientId);
            there.post.tellLater(here, () -> found(clientId, look, found, then));
        });
    }

    private void found(String clientId, int look, Found found, Searcher then) {
        if (found == Found.GONE) {
            search(clientId, look + 1, then); // It has ended since, and may have begun anew elsewhere.
        } else {
            then.searched(found == Found.MADE);
        }
    }

    private Found make(String clientId) {
        try {
            Session session = sessions.apply(clientId);
            if (session == null) {
                return Found.GONE;
            }
            if (made.containsKey(session)) {
                return Found.MADE;
            }
            if (memory.isScarce()) {
                return Found.NO_ROOM;
            }
            String filter = PointToPoint.filter(clientId);
            Subscribe.Item item = new Subscribe.Item(TopicFilter.of(filter), QOS_MAX, false, false, 0);
            OwnSubscription subscription = new OwnSubscription(session, filter, item, 0);
            subscription.grant(Rules.ASK_ALL);
            thread.steps().add(Steps.of(filter));
            memory.add(bytes(filter));
            made.put(session, subscription);
            index.subscribe(filter, subscription);
            return Found.MADE;
        } catch (Throwable bug) {
            thread.bug(bug);
            return Found.NO_ROOM; // A publisher waits for the answer, whatever happens.
        }
    }

    /// A session has ended.
    ///
    /// @param session of this shard
    public void ended(Session session) {
        OwnSubscription subscription = made.remove(session);
        if (subscription != null) {
            thread.steps().add(Steps.of(subscription.filter()));
            memory.add(-bytes(subscription.filter()));
            index.unsubscribe(subscription.filter(), subscription);
        }
    }

    private static long bytes(String filter) {
        return (long) OBJECTS_BYTES + Utf8.memoryBytes(filter);
    }
}
