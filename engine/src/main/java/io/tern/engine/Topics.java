package io.tern.engine;

import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;

/// Which topics and filters a client may use at all.
public final class Topics {

    private static final String SYSTEM = "$SYS/";

    private Topics() {}

    /// Whether a topic keeps within the limits on length and depth.
    static boolean within(Limits limits, TopicName topic) {
        return topic.utf8().length <= limits.topicBytes() && levels(topic.value()) <= limits.topicLevels();
    }

    /// Whether a filter keeps within the limits on length and depth.
    ///
    /// @param limits that are set
    /// @param filter as asked for
    /// @return true if it does
    public static boolean within(Limits limits, TopicFilter filter) {
        return filter.value().length() <= limits.topicBytes() && levels(filter.filter()) <= limits.topicLevels();
    }

    /// Whether only the server itself publishes there.
    static boolean isServersOwn(TopicName topic) {
        return topic.value().startsWith(SYSTEM);
    }

    private static int levels(String text) {
        int levels = 1;
        for (int at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
            levels++;
        }
        return levels;
    }
}
