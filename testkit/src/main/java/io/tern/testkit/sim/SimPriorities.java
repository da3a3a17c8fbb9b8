package io.tern.testkit.sim;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;

/// Which topics go first in a run, as the model understands it: the first filter that matches counts.
final class SimPriorities {

    private record Rule(TopicFilter filter, int number) {}

    private static final int SOME_PER_MILLE = 400;
    private static final String[] FILTERS = {"t/a", "t/#", "u/#", "+/b", "q/#", "s/p", "r/#", "$p2p/#", "#"};
    private static final int HIGHEST = 255;

    private final List<Rule> rules = new ArrayList<>();
    private final int otherwise;

    SimPriorities(SimRandom random) {
        if (random.chance(SOME_PER_MILLE)) {
            for (int i = random.between(1, 4); i > 0; i--) {
                int number = random.pick(0, 1, 5, 9, HIGHEST);
                rules.add(new Rule(TopicFilter.of(FILTERS[random.below(FILTERS.length)]), number));
            }
            otherwise = random.pick(0, 0, 5);
        } else {
            otherwise = 0;
        }
    }

    /// @return the same settings for the broker
    Options into(Options options) {
        List<String> texts = rules.stream().map(rule -> rule.filter.value() + "=" + rule.number).toList();
        return options.with(BrokerOptions.PRIORITY_BY_TOPIC, String.join(", ", texts))
                .with(BrokerOptions.PRIORITY_DEFAULT, otherwise);
    }

    /// @return higher goes first
    int of(TopicName topic) {
        for (Rule rule : rules) {
            if (rule.filter.matches(topic)) {
                return rule.number;
            }
        }
        return otherwise;
    }
}
