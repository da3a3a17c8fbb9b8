package io.tern.engine.outbound;

import io.tern.engine.queue.Memory;
import io.tern.wire.TopicName;
import java.util.HashMap;
import java.util.Map;

/// The topic aliases that a server uses towards one client: they go to the topics that save most bytes.
///
/// Each use of a topic scores what an alias would save. A free alias is given away at once; when all are taken, a topic
/// whose score has grown to twice that of the lowest holder takes its place. Scores are halved now and then, so that
/// yesterday's topics make room. Bounded by the client's Topic Alias Maximum [MQTT-3.1.2-26] and ours, and charged with
/// the topics, each of which may be as long as a topic can be: one that is larger than half of what is left of the
/// memory is not watched.
public final class TopicAliases {

    /// An alias costs three bytes; shorter topics save nothing.
    private static final int ALIAS_BYTES = 3;
    /// Topics watched, for each alias there is.
    private static final int WATCHED_PER_ALIAS = 4;
    private static final long HALVE_AT = 1 << 24;
    /// What a topic takes here besides its name.
    private static final int ENTRY_BYTES = 60;

    /// How often a topic was used, and its alias if it has one.
    private static final class Use {
        final TopicName topic;
        long score;
        int alias;

        Use(TopicName topic) {
            this.topic = topic;
        }
    }

    private final int maximum;
    private final int maximumQos;
    private final Memory memory;
    private final Map<TopicName, Use> uses = new HashMap<>();
    private final Use[] holders;
    private final Use[] watched;
    private int given;
    private int watchedCount;
    private Use last;
    private long heldBytes;

    /// @param maximum aliases there are, 1 to 65,535
    /// @param maximumQos of the messages that get one, 0 to 2
    /// @param memory charged with the topics
    public TopicAliases(int maximum, int maximumQos, Memory memory) {
        this.maximum = maximum;
        this.maximumQos = maximumQos;
        this.memory = memory;
        this.holders = new Use[maximum + 1];
        this.watched = new Use[maximum * WATCHED_PER_ALIAS];
    }

    /// Counts one use of a topic and says how to send it. The caller sends it that way, or calls [#forget].
    ///
    /// @param topic of the message
    /// @param qos with which it is sent
    /// @return the alias to send in place of the topic, if positive; if negative, the alias to send with the topic from
    ///     now on; 0 for none
    int use(TopicName topic, int qos) {
        int saved = topic.utf8().length - ALIAS_BYTES;
        if (saved <= 0 || qos > maximumQos) {
            return 0;
        }
        Use use = last != null && last.topic == topic ? last : find(topic);
        if (use == null) {
            return 0;
        }
        last = use;
        use.score += saved;
        if (use.score > HALVE_AT) {
            halve();
        }
        if (use.alias > 0) {
            return use.alias;
        }
        int alias = given < maximum ? ++given : takenFrom(use);
        if (alias == 0) {
            return 0;
        }
        use.alias = alias;
        holders[alias] = use;
        return -alias;
    }

    /// The last use was not sent: an alias that was given by it means nothing to the client.
    void forget(TopicName topic) {
        Use use = uses.get(topic);
        if (use != null && use.alias > 0) {
            // The alias stays with its topic, but has to be sent with it again.
            holders[use.alias] = null;
            if (use.alias == given) {
                given--;
            }
            use.alias = 0;
        }
    }

    private Use find(TopicName topic) {
        Use use = uses.get(topic);
        if (use != null) {
            return use;
        }
        long bytes = bytesOf(topic);
        if (bytes > memory.roomBytes(true)) {
            return null;
        }
        use = new Use(topic);
        if (watchedCount < watched.length) {
            watched[watchedCount++] = use;
        } else {
            int lowest = lowestWatched();
            if (lowest < 0) {
                return null;
            }
            // The newcomer inherits the score it displaces, so that a stream of new topics can't hide a frequent one.
            Use gone = watched[lowest];
            uses.remove(gone.topic);
            hold(-bytesOf(gone.topic));
            use.score = gone.score;
            watched[lowest] = use;
        }
        uses.put(topic, use);
        hold(bytes);
        return use;
    }

    private static long bytesOf(TopicName topic) {
        return (long) ENTRY_BYTES + topic.memoryBytes();
    }

    private void hold(long bytes) {
        heldBytes += bytes;
        memory.add(bytes);
    }

    /// The connection has ended.
    public void end() {
        hold(-heldBytes);
    }

    private int lowestWatched() {
        int lowest = -1;
        for (int i = 0; i < watchedCount; i++) {
            if (watched[i].alias == 0 && (lowest < 0 || watched[i].score < watched[lowest].score)) {
                lowest = i;
            }
        }
        return lowest;
    }

    private int takenFrom(Use claimant) {
        int lowest = 0;
        for (int alias = 1; alias <= maximum; alias++) {
            if (holders[alias] == null) {
                return alias;
            }
            if (lowest == 0 || holders[alias].score < holders[lowest].score) {
                lowest = alias;
            }
        }
        if (claimant.score < 2 * holders[lowest].score) {
            return 0;
        }
        holders[lowest].alias = 0;
        return lowest;
    }

    private void halve() {
        for (int i = 0; i < watchedCount; i++) {
            watched[i].score >>= 1;
        }
    }
}
