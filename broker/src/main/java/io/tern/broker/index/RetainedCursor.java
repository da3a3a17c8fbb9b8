package io.tern.broker.index;

import io.tern.wire.TopicFilter;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// Walks over the retained messages that a filter matches, in slices.
///
/// Holds no place in the map, just the topic where it goes on. What is set before the walk has come to its topic is
/// seen, what is removed before is not. Topics that can't match are skipped by seeking: for `a/+/c` a topic below `a/b`
/// costs one step, however many there are.
///
/// @param <V> what is kept for a topic
public final class RetainedCursor<V> {

    private final ConcurrentSkipListMap<String, V> byTopic;
    private final String[] levels;
    // Levels that stand for exactly one level of a topic: all but a closing `#`.
    private final int single;
    private final boolean multi;

    // Where to go on, null at the end; inclusive or not.
    private String seek;
    private boolean inclusive = true;
    private String topic;

    RetainedCursor(ConcurrentSkipListMap<String, V> byTopic, TopicFilter filter) {
        this.byTopic = byTopic;
        this.levels = filter.levels();
        this.multi = levels[levels.length - 1].equals("#");
        this.single = multi ? levels.length - 1 : levels.length;
        this.seek = lowest("", 0);
    }

    /// Goes on to the next match.
    ///
    /// @param maxSteps most topics to look at in this call, at least 1; a step costs one search in the map
    /// @return what is retained there; null if there is no more ([#done] tells) or the steps are used up
    public V next(int maxSteps) {
        for (int step = 0; step < maxSteps && seek != null; step++) {
            Map.Entry<String, V> found = inclusive ? byTopic.ceilingEntry(seek) : byTopic.higherEntry(seek);
            if (found == null) {
                seek = null;
                return null;
            }
            if (meet(found.getKey())) {
                topic = found.getKey();
                return found.getValue();
            }
        }
        return null;
    }

    /// Whether the walk is over.
    ///
    /// @return true once [#next] can only answer null
    public boolean done() {
        return seek == null;
    }

    /// The topic of the last match.
    ///
    /// @return null before the first
    public String topic() {
        return topic;
    }

    /// Looks at a topic and sets where to go on after it.
    ///
    /// @return true if it matches
    private boolean meet(String name) {
        if (name.charAt(0) == '$' && (levels[0].equals("+") || multi && single == 0)) {
            goTo("" + (char) ('$' + 1)); // [MQTT-4.7.2-1]
            return false;
        }
        int from = 0;
        int sibling = -1;
        for (int level = 0; level < single; level++) {
            if (from > name.length()) {
                goTo(lowest(name, level));
                return false;
            }
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            String wanted = levels[level];
            if (wanted.equals("+")) {
                sibling = to;
            } else {
                int order = TopicOrder.compare(name, from, to, wanted, 0, wanted.length());
                if (order < 0) {
                    goTo(lowest(name.substring(0, Math.max(0, from - 1)), level));
                    return false;
                }
                if (order > 0) {
                    goToSibling(name, sibling);
                    return false;
                }
            }
            from = to + 1;
        }
        if (multi) {
            seek = name;
            inclusive = false;
            return true;
        }
        goToSibling(name, sibling);
        return from > name.length();
    }

    /// The lowest name that could match, whose first levels are given: `+` at its lowest is an empty level.
    private String lowest(String prefix, int firstLevels) {
        StringBuilder name = new StringBuilder(prefix);
        for (int level = firstLevels; level < single; level++) {
            if (level > 0) {
                name.append('/');
            }
            if (!levels[level].equals("+")) {
                name.append(levels[level]);
            }
        }
        return name.toString();
    }

    /// On to the next name that differs at the last `+` passed.
    private void goToSibling(String name, int plusEnd) {
        goTo(plusEnd < 0 ? null : name.substring(0, plusEnd) + TopicOrder.AFTER_SUBTREE);
    }

    private void goTo(String name) {
        seek = name;
        inclusive = true;
    }
}
