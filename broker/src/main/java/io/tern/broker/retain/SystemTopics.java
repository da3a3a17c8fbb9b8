package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.broker.index.RetainedCursor;
import io.tern.broker.index.RetainedIndex;
import io.tern.engine.rules.Topics;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.Arrays;

/// What the server says of itself below `$SYS/`, the latest of each topic, for who subscribes later. Only in memory: it
/// is true of this process alone, so the next one begins anew, and no limit of the clients' counts it. Any thread.
///
/// There are as many topics as this program has words for, as no client may publish there. A cleared one is forgotten.
public final class SystemTopics {

    /// What filters begin with that are for topics of this kind, or for those in which bridges tell of themselves.
    private static final String PREFIX = "$SYS/";

    private final RetainedIndex<RetainedPlace.Topic> latest = new RetainedIndex<>();

    /// Nothing is said yet.
    public SystemTopics() {}

    /// Whether a topic is the server's own.
    ///
    /// @param topic of a message
    /// @return true for those below `$SYS/` that bridges don't use
    public static boolean owns(TopicName topic) {
        return Topics.isServers(topic);
    }

    /// Whether a filter is for such topics. If not, it is for none of them [MQTT-4.7.2-1].
    static boolean owns(TopicFilter filter) {
        return filter.filter().startsWith(PREFIX);
    }

    /// Keeps a message in place of the one before; none if its payload is empty.
    void keep(Message message) {
        if (message.payload().length == 0) {
            latest.remove(message.topic());
        } else {
            RetainedPlace.Topic topic = new RetainedPlace.Topic();
            topic.place(new RetainedPlace.Body(topic, message, 0, 0, false, null));
            latest.put(message.topic(), topic);
        }
    }

    /// Whether that is what is known already.
    ///
    /// @param message to be told
    /// @return true if it would change nothing
    public boolean says(Message message) {
        RetainedPlace.Topic topic = latest.get(message.topic());
        return topic != null
                && topic.place() instanceof RetainedPlace.Body before
                && Arrays.equals(before.message().payload(), message.payload());
    }

    RetainedCursor<RetainedPlace.Topic> cursor(TopicFilter filter) {
        return latest.cursor(filter);
    }
}
