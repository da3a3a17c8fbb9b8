package io.tern.broker.index;

import java.util.Comparator;

/// Puts topics in an order in which `/` comes before every other character, so that a topic is followed by all that
/// lies below it: `a`, `a/b`, `a!`.
final class TopicOrder implements Comparator<String> {

    /// The only one needed: it has no state.
    static final TopicOrder TOPIC_ORDER = new TopicOrder();

    /// Behind a topic and all that lies below it, before everything else: no topic has U+0000, and this is the next
    /// character.
    static final char AFTER_SUBTREE = '\u0001';

    @Override
    public int compare(String one, String other) {
        return compare(one, 0, one.length(), other, 0, other.length());
    }

    /// Compares two ranges, whole topics or single levels.
    static int compare(String one, int oneFrom, int oneTo, String other, int otherFrom, int otherTo) {
        int length = Math.min(oneTo - oneFrom, otherTo - otherFrom);
        for (int i = 0; i < length; i++) {
            char a = one.charAt(oneFrom + i);
            char b = other.charAt(otherFrom + i);
            if (a != b) {
                return a == '/' ? -1 : b == '/' ? 1 : a - b;
            }
        }
        return oneTo - oneFrom - (otherTo - otherFrom);
    }
}
