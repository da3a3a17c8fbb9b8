package io.tern.broker.route;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Which messages go first, by their topics. Immutable, for any thread.
///
/// What a queue goes by is the place of a number among those that the operator has set, so that there are as few lanes
/// as there are different ones.
final class TopicPriorities {

    /// So many different ones at most: each may need a lane in each queue.
    static final int LEVELS_MOST = 16;
    private static final int HIGHEST = 255;

    private record Rule(TopicFilter filter, int level) {}

    private final List<Rule> rules = new ArrayList<>();
    private final int otherwise;
    private final int levels;

    /// Reads them.
    ///
    /// @throws IllegalArgumentException if they can't be read: says which key, and what of it
    TopicPriorities(Options options) {
        List<Rule> numbers = new ArrayList<>();
        TreeSet<Integer> different = new TreeSet<>();
        different.add(options.get(BrokerOptions.PRIORITY_DEFAULT));
        for (String each : options.get(BrokerOptions.PRIORITY_BY_TOPIC).split(",")) {
            if (!each.isBlank()) {
                Rule rule = rule(each.trim());
                numbers.add(rule);
                different.add(rule.level);
            }
        }
        if (different.size() > LEVELS_MOST) {
            throw new IllegalArgumentException(BrokerOptions.PRIORITY_BY_TOPIC.key() + ": " + different.size()
                    + " different priorities, that of other topics included; " + LEVELS_MOST + " at most");
        }
        for (Rule rule : numbers) {
            rules.add(new Rule(rule.filter, different.headSet(rule.level).size()));
        }
        otherwise = different.headSet(options.get(BrokerOptions.PRIORITY_DEFAULT)).size();
        levels = different.size();
    }

    private static Rule rule(String text) {
        int at = text.lastIndexOf('=');
        try {
            TopicFilter filter = TopicFilter.of(text.substring(0, Math.max(0, at)).trim());
            int number = Integer.parseInt(text.substring(at + 1).trim());
            if (number < 0 || number > HIGHEST) {
                throw new IllegalArgumentException("out of range");
            }
            return new Rule(filter, number);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    BrokerOptions.PRIORITY_BY_TOPIC.key() + ": '" + text
                            + "' is not FILTER=NUMBER with a number from 0 to " + HIGHEST, e);
        }
    }

    /// How many different ones there are.
    int levels() {
        return levels;
    }

    /// That of a topic.
    ///
    /// @return 0 for the lowest
    int of(TopicName topic) {
        for (Rule rule : rules) {
            if (rule.filter.matches(topic)) {
                return rule.level;
            }
        }
        return otherwise;
    }
}
