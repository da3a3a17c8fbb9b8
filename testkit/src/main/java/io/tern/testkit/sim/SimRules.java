package io.tern.testkit.sim;

import io.tern.api.Durability;
import io.tern.api.Options;
import io.tern.api.WhenFull;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the operator has set for topics in a run, as the model understands it: the first filter that matches counts.
final class SimRules {

    private record Rule<V>(TopicFilter filter, V value) {
        @Override
        public String toString() {
            return filter.value() + "=" + value.toString().toLowerCase(Locale.ROOT);
        }
    }

    private static final String[] FILTERS = {
        "t/a", "t/#", "u/#", "+/b", "t/+/x", "r/+/x", "q/#", "s/p", "s/#", "w/#", "#"
    };
    private static final int[] MOST_MESSAGES = {0, 0, 2, 5, 20};

    /// One for each topic of eight clients.
    private static final int ENOUGH_MESSAGES = 36;

    private final List<Rule<Durability>> durabilities;
    private final List<Rule<WhenFull>> policies;
    private final int queueMessages;

    private SimRules(List<Rule<Durability>> durabilities, List<Rule<WhenFull>> policies, int queueMessages) {
        this.durabilities = durabilities;
        this.policies = policies;
        this.queueMessages = queueMessages;
    }

    /// The same for all topics: on the disk, and what is oldest has to go.
    static SimRules none() {
        return new SimRules(List.of(), List.of(), 0);
    }

    /// Some, or none.
    static SimRules of(SimRandom random) {
        List<Rule<Durability>> durabilities = random.chance(400) ? rules(random, Durability.values()) : List.of();
        if (random.chance(400)) {
            return new SimRules(durabilities, List.of(), 0);
        }
        if (random.chance(350)) {
            List<Rule<WhenFull>> latest = List.of(new Rule<>(TopicFilter.of("#"), WhenFull.LATEST_PER_TOPIC));
            return new SimRules(durabilities, latest, random.pick(0, ENOUGH_MESSAGES));
        }
        List<Rule<WhenFull>> policies = rules(random, WhenFull.values());
        return new SimRules(durabilities, policies, random.pick(MOST_MESSAGES));
    }

    private static <V> List<Rule<V>> rules(SimRandom random, V[] values) {
        List<Rule<V>> rules = new ArrayList<>();
        for (int i = random.between(1, 3); i > 0; i--) {
            TopicFilter filter = TopicFilter.of(FILTERS[random.below(FILTERS.length)]);
            rules.add(new Rule<>(filter, values[random.below(values.length)]));
        }
        return rules;
    }

    /// @return the same settings for the broker
    Options into(Options options) {
        return options.with(BrokerOptions.DURABILITY_BY_TOPIC, text(durabilities))
                .with(BrokerOptions.WHEN_FULL_BY_TOPIC, text(policies))
                .with(BrokerOptions.QUEUE_MESSAGES, queueMessages);
    }

    private static String text(List<? extends Rule<?>> rules) {
        return String.join(", ", rules.stream().map(Object::toString).toList());
    }

    Durability durability(TopicName topic) {
        return first(durabilities, topic, Durability.SYNC);
    }

    WhenFull whenFull(TopicName topic) {
        return first(policies, topic, WhenFull.DROP_OLDEST);
    }

    private static <V> V first(List<Rule<V>> rules, TopicName topic, V otherwise) {
        for (Rule<V> rule : rules) {
            if (rule.filter.matches(topic)) {
                return rule.value;
            }
        }
        return otherwise;
    }

    /// Whether only the latest message of a topic may wait.
    boolean keepsLatest(TopicName topic) {
        return whenFull(topic) == WhenFull.LATEST_PER_TOPIC;
    }

    /// Whether a client may be closed since its queue is full.
    boolean mayDisconnect() {
        return policies.stream().anyMatch(rule -> rule.value == WhenFull.DISCONNECT);
    }

    /// Whether no queue is ever full: it has room for the latest message of each topic, and no other may wait.
    boolean fillNoQueue() {
        return queueMessages == ENOUGH_MESSAGES;
    }

    /// @return most messages that may wait for one session, 0 for any number
    int queueMessages() {
        return queueMessages;
    }

    @Override
    public String toString() {
        return durabilities + ", " + policies + ", " + queueMessages;
    }
}
