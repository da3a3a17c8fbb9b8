package io.tern.testkit.sim;

import io.tern.wire.PointToPoint;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The topics and filters of a run, in seven kinds that never mix, so that each delivery tells which subscriptions it
/// may come from.
final class SimTopics {

    /// Groups that share topics of their own. Each client joins one only, so that it is known whose copy it got.
    static final int GROUPS = 3;

    private static final String[] PLAIN = {"t/a", "t/b", "t/a/x", "t/b/y", "u/a", "u/b"};
    private static final String[] PLAIN_FILTERS = {"t/a", "t/b", "t/+", "t/#", "+/a", "t/+/x", "u/#", "u/b", "+/b/y"};
    private static final String[] COMMON = {"q/a", "q/b"};
    private static final String[] SHARED = {"s/p", "s/q"};
    private static final String[] LATER = {"l/a", "l/b"};
    private static final String[] LATER_FILTERS = {"l/a", "l/+", "l/#"};
    private static final String[] SHARED_FILTERS = {"$share/g0/s/+", "$share/g1/s/#", "$share/g2/s/p"};
    /// Highest QoS for the members of each group, -1: 1 or 2, as each of them likes.
    private static final int[] GROUP_QOS = {1, 2, -1};

    private final List<TopicName> plain = names(PLAIN);
    private final List<TopicName> shared = names(SHARED);
    private final List<TopicName> retained = new ArrayList<>();
    private final List<TopicName> common = names(COMMON);
    private final List<TopicName> wills = new ArrayList<>();
    private final List<TopicName> points = new ArrayList<>();
    private final List<TopicName> later = names(LATER);
    private final List<TopicFilter> laterFilters = filters(LATER_FILTERS);
    private final List<TopicFilter> filters = filters(PLAIN_FILTERS);
    private final List<TopicFilter> groups = filters(SHARED_FILTERS);

    private final Map<TopicName, Integer> numbers = new HashMap<>();

    /// @param clients each has topics that it alone publishes to, with RETAIN, and one for its will
    SimTopics(int clients) {
        for (int i = 0; i < clients; i++) {
            retained.add(TopicName.of("r/" + i + "/x"));
            retained.add(TopicName.of("r/" + i + "/y"));
            wills.add(TopicName.of("w/" + i));
            points.add(PointToPoint.topic("c" + i, "x"));
        }
        filters.addAll(filters("r/#", "r/+/x", "r/0/x", "r/1/#", "q/#", "q/a", "w/#", "w/+"));
    }

    private static List<TopicName> names(String... texts) {
        List<TopicName> names = new ArrayList<>();
        for (String text : texts) {
            names.add(TopicName.of(text));
        }
        return names;
    }

    private static List<TopicFilter> filters(String... texts) {
        List<TopicFilter> all = new ArrayList<>();
        for (String text : texts) {
            all.add(TopicFilter.of(text));
        }
        return all;
    }

    TopicName plain(SimRandom random) {
        return plain.get(random.below(plain.size()));
    }

    TopicName shared(SimRandom random) {
        return shared.get(random.below(shared.size()));
    }

    TopicName retained(SimRandom random, int client) {
        return retained.get(2 * client + random.below(2));
    }

    /// @return a topic to which all clients publish with RETAIN
    TopicName common(SimRandom random) {
        return common.get(random.below(common.size()));
    }

    /// @return a topic to which messages go some time after they were published
    TopicName later(SimRandom random) {
        return later.get(random.below(later.size()));
    }

    /// @return a filter for those
    TopicFilter laterFilter(SimRandom random) {
        return laterFilters.get(random.below(laterFilters.size()));
    }

    /// @return a topic by which one of the clients gets a message, and nobody else
    TopicName point(SimRandom random) {
        return points.get(random.below(points.size()));
    }

    TopicName will(int client) {
        return wills.get(client);
    }

    TopicFilter filter(SimRandom random) {
        return filters.get(random.below(filters.size()));
    }

    /// @return a filter without retained messages and wills
    TopicFilter plainFilter(SimRandom random) {
        return filters.get(random.below(PLAIN_FILTERS.length));
    }

    TopicFilter group(int client) {
        return groups.get(groupOf(client));
    }

    static int groupOf(int client) {
        return client % GROUPS;
    }

    static int groupQos(int group) {
        return GROUP_QOS[group];
    }

    /// @return subscription identifier for a filter, 1 and up
    int identifier(TopicFilter filter) {
        int at = filters.indexOf(filter);
        return at >= 0 ? at + 1 : filters.size() + 1 + groups.indexOf(filter);
    }

    /// @return the filter with this subscription identifier
    TopicFilter filter(int identifier) {
        return identifier <= filters.size()
                ? filters.get(identifier - 1)
                : groups.get(identifier - filters.size() - 1);
    }

    /// @return tells the topics apart
    int number(TopicName topic) {
        return numbers.computeIfAbsent(topic, name -> numbers.size());
    }

    static boolean isShared(TopicName topic) {
        return topic.value().startsWith("s/");
    }

    static boolean isRetained(TopicName topic) {
        return topic.value().startsWith("r/") || topic.value().startsWith("q/");
    }

    /// @return the topics with retained messages that have several publishers
    List<TopicName> common() {
        return common;
    }

    /// @return the topics with retained messages that have one publisher each
    List<TopicName> retained() {
        return retained;
    }
}
