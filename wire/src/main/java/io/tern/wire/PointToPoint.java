package io.tern.wire;

/// The grammar of `$p2p/{client identifier}/{topic}`, by which a message goes to one client's session and to no other,
/// whatever it has subscribed to. It is delivered under just that topic.
///
/// The identifier is one level: `%`, `/`, `+` and `#` in it are written `%25`, `%2F`, `%2B` and `%23`, and nothing else
/// is written in another way than it is, so that there is one topic for each. The topic behind it is one that the
/// client could publish to plainly, and begins with no such prefix itself.
public final class PointToPoint {

    /// What all its topics begin with.
    public static final String PREFIX = "$p2p/";

    /// In the order in which they are undone: `%` last.
    private static final String[] ESCAPED = {"/", "%2F", "+", "%2B", "#", "%23", "%", "%25"};

    private PointToPoint() {}

    /// Whether a topic, or a filter, is one of these, well-formed or not.
    ///
    /// @param topic any
    /// @return whether it begins with [#PREFIX]
    public static boolean is(String topic) {
        return !topic.isEmpty() && topic.charAt(0) == '$' && topic.startsWith(PREFIX);
    }

    /// What is wrong with a topic that begins so.
    ///
    /// @param topic that begins with [#PREFIX]
    /// @return for people; null if nothing is
    public static String fault(TopicName topic) {
        String text = topic.value();
        int end = text.indexOf('/', PREFIX.length());
        if (end <= PREFIX.length() || end == text.length() - 1) {
            return "it is not " + PREFIX + "{client identifier}/{topic}";
        }
        for (int at = text.indexOf('%', PREFIX.length()); at >= 0 && at < end; at = text.indexOf('%', at + 1)) {
            if (!isEscape(text, at)) {
                return "in its client identifier only %, /, + and # are written %25, %2F, %2B and %23";
            }
        }
        String prefix = Prefixes.at(text, end + 1);
        return prefix == null ? null : "behind the client identifier it begins with " + prefix;
    }

    private static boolean isEscape(String text, int at) {
        for (int i = 1; i < ESCAPED.length; i += 2) {
            if (text.startsWith(ESCAPED[i], at)) {
                return true;
            }
        }
        return false;
    }

    /// Who a message goes to.
    ///
    /// @param topic well-formed
    /// @return the client identifier as the client gives it
    public static String clientId(TopicName topic) {
        String text = topic.value();
        String level = text.substring(PREFIX.length(), text.indexOf('/', PREFIX.length()));
        if (level.indexOf('%') < 0) {
            return level;
        }
        for (int i = 0; i < ESCAPED.length; i += 2) {
            level = level.replace(ESCAPED[i + 1], ESCAPED[i]);
        }
        return level;
    }

    /// What matches all that goes to one client, and nothing else.
    ///
    /// @param clientId as the client gives it
    /// @return a topic filter
    public static String filter(String clientId) {
        return PREFIX + level(clientId) + "/#";
    }

    /// Where a message to one client is published.
    ///
    /// @param clientId as the client gives it, not empty
    /// @param topic what stands behind it
    /// @return a topic name
    /// @throws InvalidTopicException if it gets too long
    public static TopicName topic(String clientId, String topic) {
        return TopicName.of(PREFIX + level(clientId) + '/' + topic);
    }

    /// A client's identifier as it stands in such a topic.
    ///
    /// @param clientId as the client gives it
    /// @return one level, without wildcards
    public static String level(String clientId) {
        String level = clientId;
        for (int i = ESCAPED.length - 2; i >= 0; i -= 2) {
            level = level.replace(ESCAPED[i], ESCAPED[i + 1]);
        }
        return level;
    }
}
