package io.tern.broker.route;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.WhenFull;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.rules.Topics;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// How messages are handled by their topics: what the operator has set for topic filters, the first that matches
/// counts. Immutable, for any thread.
public final class TopicRules {

    /// What holds for a topic.
    record Handling(Durability durability, WhenFull whenFull, int priority) {

        static final Handling STANDARD = new Handling(Durability.SYNC, WhenFull.DROP_OLDEST, 0);
        /// What the server says of itself is true of this process, and only the latest of it.
        static final Handling SYSTEM = new Handling(Durability.NONE, WhenFull.LATEST_PER_TOPIC, 0);

        void of(Message message) {
            if (this != STANDARD) {
                of(message, durability);
            }
        }

        /// The same, but for how safe it has to be.
        void of(Message message, Durability otherDurability) {
            message.handle(otherDurability, whenFull);
            message.prioritize(priority);
        }
    }

    private record Rule<V>(TopicFilter filter, V value) {}

    private final List<Rule<Durability>> durabilities;
    private final List<Rule<WhenFull>> policies;
    private final TopicPriorities priorities;
    private final boolean standard;

    /// Reads them.
    ///
    /// @param options with what was set by topic
    /// @throws IllegalArgumentException if the settings can't be read: says which key, and what of it
    public TopicRules(Options options) {
        durabilities = parse(options, BrokerOptions.DURABILITY_BY_TOPIC, Durability.class);
        policies = parse(options, BrokerOptions.WHEN_FULL_BY_TOPIC, WhenFull.class);
        priorities = new TopicPriorities(options);
        standard = durabilities.isEmpty() && policies.isEmpty() && priorities.levels() == 1;
    }

    private static <E extends Enum<E>> List<Rule<E>> parse(Options options, Option<String> option, Class<E> values) {
        List<Rule<E>> rules = new ArrayList<>();
        for (String each : options.get(option).split(",")) {
            if (!each.isBlank()) {
                rules.add(rule(option, each.trim(), values));
            }
        }
        return List.copyOf(rules);
    }

    private static <E extends Enum<E>> Rule<E> rule(Option<String> option, String text, Class<E> values) {
        int at = text.lastIndexOf('=');
        String word = text.substring(at + 1).trim();
        try {
            TopicFilter filter = TopicFilter.of(text.substring(0, Math.max(0, at)).trim());
            return new Rule<>(filter, Enum.valueOf(values, word.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            String words = Arrays.stream(values.getEnumConstants())
                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    option.key() + ": '" + text + "' is not FILTER=WORD with one of the words " + words, e);
        }
    }

    /// Gives a message what holds for its topic.
    ///
    /// @param message not sent to anybody yet
    public void handle(Message message) {
        of(message.topic()).of(message);
    }

    /// How many priorities messages may have.
    ///
    /// @return 1 if all have the same
    public int priorities() {
        return priorities.levels();
    }

    /// What holds for a topic.
    Handling of(TopicName topic) {
        if (Topics.isServers(topic)) {
            int priority = priorities.of(topic);
            return priority == 0 ? Handling.SYSTEM : new Handling(Durability.NONE, WhenFull.LATEST_PER_TOPIC, priority);
        }
        if (standard) {
            return Handling.STANDARD;
        }
        Durability durability = first(durabilities, topic, Durability.SYNC);
        WhenFull whenFull = first(policies, topic, WhenFull.DROP_OLDEST);
        Handling handling = new Handling(durability, whenFull, priorities.of(topic));
        return handling.equals(Handling.STANDARD) ? Handling.STANDARD : handling;
    }

    private static <V> V first(List<Rule<V>> rules, TopicName topic, V otherwise) {
        for (Rule<V> rule : rules) {
            if (rule.filter.matches(topic)) {
                return rule.value;
            }
        }
        return otherwise;
    }
}
