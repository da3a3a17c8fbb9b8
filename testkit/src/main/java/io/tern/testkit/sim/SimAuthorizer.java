package io.tern.testkit.sim;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.broker.access.Authorization;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Says what clients may do, at once or later; denies some of them something for the whole run, and has bugs.
final class SimAuthorizer implements Authorizer, Actor {

    private enum Effect { DENY, THROW_EXCEPTION, THROW_ERROR }

    private record Rule(String clientId, Access.Action action, TopicFilter filter, Effect effect) {}

    /// Thrown by a plug-in, without a trace that would fill the log.
    private static final class SimulatedError extends Error {
        private static final long serialVersionUID = 1;

        SimulatedError() {
            super("simulated", null, false, false);
        }
    }

    private static final class SimulatedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        SimulatedException() {
            super("simulated", null, false, false);
        }
    }

    private record Question(Decision decision, Consumer<Decision> answer) {}

    private static final int LATER_PER_MILLE = 200;
    private static final int RULES = 4;

    private final Simulation sim;
    private final List<Rule> rules = new ArrayList<>();
    private final boolean closesDenied;
    private final List<Question> waiting = new ArrayList<>();
    private final Set<String> thrownAt = new HashSet<>();
    private Authorization authorization = new Authorization();
    private int thrown;

    /// @param topics of the run
    SimAuthorizer(Simulation sim, SimTopics topics) {
        this.sim = sim;
        SimRandom random = sim.random();
        int count = sim.profile().authorizes() ? random.between(1, RULES) : 0;
        closesDenied = random.chance(200);
        for (int i = 0; i < count; i++) {
            String clientId = "c" + random.below(sim.profile().clients());
            Access.Action action = Access.Action.values()[random.below(Access.Action.values().length)];
            TopicFilter filter = TopicFilter.of(topics.plain(random).value());
            if (action == Access.Action.SUBSCRIBE && random.chance(500)) {
                filter = topics.plainFilter(random);
            }
            rules.add(new Rule(clientId, action, filter, Effect.values()[random.below(Effect.values().length)]));
        }
    }

    /// A process begins.
    ///
    /// @return what it asks
    Authorization start() {
        waiting.clear();
        thrown = 0;
        boolean asks = sim.profile().authorizes();
        authorization = asks
                ? Authorization.of(List.of(sim.faults().authorizer(this)), closesDenied)
                : new Authorization();
        return authorization;
    }

    /// The operator puts the same rules in their place: everything is looked at again.
    void renew() {
        if (sim.profile().authorizes()) {
            sim.trace().event("rules", "change", rules.size(), 0);
            authorization.replace(List.of(sim.faults().authorizer(this)), closesDenied);
        }
    }

    @Override
    public Decision decide(ClientInfo client, Access access) {
        Rule rule = find(client.clientId(), access.action(), access.topic());
        if (rule != null && rule.effect != Effect.DENY && !sim.calm()) {
            thrown++;
            thrownAt.add(client.clientId());
            sim.trace().event(client.clientId(), "meets a bug", thrown, rule.effect.ordinal());
            if (rule.effect == Effect.THROW_ERROR) {
                throw new SimulatedError();
            }
            throw new SimulatedException();
        }
        // A message in a queue is judged by its topic, and nobody waits for that.
        boolean mayWait = access.action() == Access.Action.PUBLISH
                || access.action() == Access.Action.SUBSCRIBE && TopicFilter.of(access.topic()).hasWildcard();
        if (mayWait && sim.random().chance(LATER_PER_MILLE)) {
            return Decision.LATER;
        }
        return rule == null ? Decision.ALLOW : Decision.DENY;
    }

    @Override
    public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
        Rule rule = find(client.clientId(), access.action(), access.topic());
        waiting.add(new Question(rule == null ? Decision.ALLOW : Decision.DENY, answer));
    }

    @Override
    public boolean mayDeny(ClientInfo client, String filter) {
        TopicFilter asked = TopicFilter.of(filter);
        return rules.stream().anyMatch(rule -> rule.clientId.equals(client.clientId())
                && rule.action == Access.Action.RECEIVE && asked.matches(TopicName.of(rule.filter.value())));
    }

    @Override
    public String explain(ClientInfo client, Access access) {
        return "simulated";
    }

    private Rule find(String clientId, Access.Action action, String topic) {
        for (Rule rule : rules) {
            if (rule.action == action && rule.clientId.equals(clientId) && rule.filter.value().equals(topic)) {
                return rule;
            }
        }
        return null;
    }

    @Override
    public int options() {
        return waiting.isEmpty() ? 0 : 1;
    }

    @Override
    public void act(int option) {
        Question question = waiting.remove(sim.random().below(waiting.size()));
        sim.trace().event("rules", "answer", question.decision.ordinal(), waiting.size());
        int loop = sim.random().below(sim.loops().size() * 2);
        if (loop < sim.loops().size()) {
            sim.loops().get(loop).run(() -> question.answer.accept(question.decision));
        } else {
            question.answer.accept(question.decision);
        }
    }

    // What the model knows of it.

    /// Whether a client may not do that.
    boolean denies(SimClient client, Access.Action action, String topic) {
        return find(client.toString(), action, topic) != null;
    }

    /// Whether a client may be denied a message that it has a subscription for.
    boolean mayWithhold(SimClient client, TopicName topic) {
        return rules.stream().anyMatch(rule -> rule.clientId.equals(client.toString())
                && rule.action != Access.Action.PUBLISH && rule.filter.matches(topic));
    }

    /// Whether a client may be closed for what it tries, or for a bug met while it was served.
    boolean mayClose(SimClient client) {
        return thrownAt.contains(client.toString())
                || closesDenied && rules.stream().anyMatch(rule -> rule.clientId.equals(client.toString())
                        && rule.action == Access.Action.PUBLISH);
    }

    /// Whether a bug was met while that client was served.
    boolean hasThrownAt(SimClient client) {
        return thrownAt.contains(client.toString());
    }

    /// @return bugs that this process has met
    int thrown() {
        return thrown;
    }
}
