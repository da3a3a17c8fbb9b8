package io.tern.wire;

/// What topics begin with that are not like others. Behind a prefix of ours most of them may not stand.
final class Prefixes {

    /// The server's own, what is no topic, and those by which something is done with a message, built or to come.
    private static final String[] ALL = {
        "$SYS/",
        "$CONTROL/",
        "$share/",
        PointToPoint.PREFIX,
        Delayed.PREFIX,
        "$keep/",
        "$replay/",
        "$batch/",
        "$encoding/"
    };

    private Prefixes() {}

    /// Which of them stands somewhere in a topic.
    ///
    /// @param topic any
    /// @param at where to look, 0 and up
    /// @return null if none does
    static String at(String topic, int at) {
        for (String prefix : ALL) {
            if (topic.startsWith(prefix, at)) {
                return prefix;
            }
        }
        return null;
    }
}
