package io.tern.broker;

import io.tern.api.Access;
import io.tern.api.Access.Action;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Knows a few topics and filters, and what is not known may be done. Fetches nothing but what begins with `slow`, and
/// who may subscribe to `fetched`.
final class RuleTable implements Authorizer {
    final Map<String, Decision> decisions = new HashMap<>();
    final ArrayDeque<Consumer<Decision>> waiting = new ArrayDeque<>();
    int asked;

    RuleTable deny(Action action, String topic) {
        decisions.put(action + " " + topic, Decision.DENY);
        return this;
    }

    @Override
    public Decision decide(ClientInfo client, Access access) {
        asked++;
        if (access.topic().startsWith("slow") || isFetched(access)) {
            return Decision.LATER;
        }
        return decisions.getOrDefault(access.action() + " " + access.topic(), Decision.ALLOW);
    }

    private static boolean isFetched(Access access) {
        return access.action() == Action.SUBSCRIBE && access.topic().equals("fetched");
    }

    @Override
    public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
        waiting.add(answer);
    }

    @Override
    public boolean mayDeny(ClientInfo client, String filter) {
        TopicFilter asked = TopicFilter.of(filter);
        return decisions.keySet().stream()
                .filter(key -> key.startsWith("RECEIVE "))
                .anyMatch(key -> asked.matches(TopicName.of(key.substring(8))));
    }

    @Override
    public String explain(ClientInfo client, Access access) {
        return "table";
    }
}
