package io.tern.engine.rules;

import io.tern.wire.Delayed;
import io.tern.wire.PointToPoint;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;

/// Which topics and filters a client may use at all.
public final class Topics {

    private static final String SYSTEM = "$SYS/";
    /// Below it a bridge says whether it is connected, in a topic of its own name.
    private static final String BRIDGES = "$SYS/broker/connection/";
    private static final String BRIDGE_STATE = "/state";

    /// A topic of so many levels meets no more than 4,096 nodes of a tree of filters: at each level there are two ways
    /// on, one of its name and one of `+`. With each level more it may be twice as many.
    public static final int FEW_LEVELS = 11;

    private Topics() {}

    /// Whether a topic can be matched at once, whatever is subscribed to.
    ///
    /// @param topic of a message
    /// @return whether it has no more than [#FEW_LEVELS] levels
    public static boolean hasFewLevels(TopicName topic) {
        String value = topic.value();
        int levels = 1;
        for (int at = value.indexOf('/'); at >= 0 && levels <= FEW_LEVELS; at = value.indexOf('/', at + 1)) {
            levels++;
        }
        return levels <= FEW_LEVELS;
    }

    /// Whether a topic is the server's own, in which it speaks of itself. All below `$SYS` are, but for
    /// `$SYS/broker/connection/NAME/state`: there a mosquitto bridge tells both of its ends whether it is connected, by
    /// a retained message and a will, and goes away again if it may not. That topic is like any other of the clients'.
    ///
    /// @param topic of a message
    /// @return whether clients may not publish to it, whatever the rules say
    public static boolean isServers(TopicName topic) {
        String value = topic.value();
        return value.startsWith(SYSTEM) && !isBridgeState(value);
    }

    private static boolean isBridgeState(String topic) {
        int nameEnds = topic.length() - BRIDGE_STATE.length();
        return topic.startsWith(BRIDGES)
                && topic.endsWith(BRIDGE_STATE)
                && topic.indexOf('/', BRIDGES.length()) == nameEnds
                && nameEnds > BRIDGES.length();
    }

    /// Whether a client may publish to a topic: it has to keep within the limits on length and depth, must not be one
    /// that only the server itself publishes to, and if it is one of our own prefixes be well-formed.
    ///
    /// @param limits that are set
    /// @param topic of a message or a will
    /// @return null if it may
    public static Refusal refusal(Limits limits, TopicName topic) {
        if (isServers(topic)) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "only the server publishes to $SYS");
        }
        Refusal convention = topic.value().charAt(0) == '$' ? conventionRefusal(limits, topic) : null;
        return convention != null
                ? convention
                : refusal(ReasonCode.TOPIC_NAME_INVALID, limits, topic.utf8().length, topic.value());
    }

    private static Refusal conventionRefusal(Limits limits, TopicName topic) {
        boolean delayed = Delayed.is(topic.value());
        if (delayed && !limits.delayed()) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "delayed messages are switched off");
        }
        boolean point = PointToPoint.is(Delayed.behind(topic.value()));
        if (point && !limits.pointToPoint()) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "messages to one client are switched off");
        }
        String fault = delayed ? Delayed.fault(topic) : point ? PointToPoint.fault(topic) : null;
        return fault == null ? null : new Refusal(ReasonCode.TOPIC_NAME_INVALID, fault);
    }

    /// Whether a filter keeps within the limits on length and depth.
    ///
    /// @param limits that are set
    /// @param filter as asked for
    /// @return null if it does
    public static Refusal refusal(Limits limits, TopicFilter filter) {
        String value = filter.value();
        // No character takes more than three bytes of UTF-8, a surrogate two.
        int bytes = value.length() * 3 <= limits.topicBytes() ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
        return refusal(ReasonCode.TOPIC_FILTER_INVALID, limits, bytes, filter.filter());
    }

    private static Refusal refusal(ReasonCode reason, Limits limits, int bytes, String text) {
        if (bytes > limits.topicBytes()) {
            return new Refusal(reason, "it has " + bytes + " bytes, " + limits.topicBytes() + " are allowed");
        }
        int levels = levels(text);
        return levels <= limits.topicLevels()
                ? null
                : new Refusal(reason, "it has " + levels + " levels, " + limits.topicLevels() + " are allowed");
    }

    private static int levels(String text) {
        int levels = 1;
        for (int at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
            levels++;
        }
        return levels;
    }
}
