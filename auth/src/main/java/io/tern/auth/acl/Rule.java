package io.tern.auth.acl;

import io.tern.api.Access;
import io.tern.api.Access.Action;
import io.tern.api.ClientInfo;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// One rule: to whom it applies, what it speaks of, and whether it allows or denies that.
///
/// A rule about subscribing holds for the messages as well: what may be subscribed to may be received, and what may not
/// be subscribed to is not received by a wider filter either.
///
/// @param place where it stands, for the operator
/// @param allows or denies
/// @param actions of which it speaks
/// @param who to whom it applies
/// @param topics of which it speaks
/// @param qosMask a bit for each quality of service of which it speaks
/// @param retain only of messages with, or without, that flag; null for both
record Rule(
        String place,
        boolean allows,
        Set<Action> actions,
        Who who,
        List<Template> topics,
        int qosMask,
        Boolean retain) {

    static final int ANY_QOS = 0b111;

    /// Whether it speaks of an access of a client to whom it applies.
    boolean speaksOf(ClientInfo client, Access access) {
        if (!(allows ? who.includes(client) : who.mayInclude(client)) || !actsOn(access)) {
            return false;
        }
        for (Template topic : topics) {
            String filter = topic.fill(client, allows);
            if (filter != null && holds(topic, filter, access)) {
                return true;
            }
        }
        return false;
    }

    private boolean actsOn(Access access) {
        boolean qosFits = (qosMask >> access.qos() & 1) != 0;
        return switch (access.action()) {
            case PUBLISH -> actions.contains(Action.PUBLISH)
                    && qosFits
                    && (retain == null || retain == access.retain());
            case SUBSCRIBE -> actions.contains(Action.SUBSCRIBE) && qosFits;
            // What was granted at one quality of service may arrive at a lower one.
            case RECEIVE -> actions.contains(Action.RECEIVE) && qosFits
                    || actions.contains(Action.SUBSCRIBE) && (allows || qosFits);
        };
    }

    private boolean holds(Template topic, String filter, Access access) {
        if (topic.exact()) {
            // Allowed, it is that very filter with all that it matches; denied, it is that very text.
            return allows && access.action() == Action.RECEIVE
                    ? Filters.matches(filter, access.topic())
                    : filter.equals(access.topic());
        }
        return access.action() == Action.SUBSCRIBE
                ? Filters.covers(filter, access.topic())
                : Filters.matches(filter, access.topic());
    }

    /// Whether it may deny a message below a filter.
    boolean mayDenyBelow(ClientInfo client, String filter) {
        return !allows && receives() && who.includes(client) && topics.stream().anyMatch(topic -> {
            String own = topic.fill(client, false);
            return own != null && !(topic.exact() && Filters.hasWildcard(own)) && Filters.intersect(own, filter);
        });
    }

    /// Whether it allows every message below a filter.
    boolean allowsAllBelow(ClientInfo client, String filter) {
        boolean whole = actions.contains(Action.SUBSCRIBE) || actions.contains(Action.RECEIVE) && qosMask == ANY_QOS;
        return allows && whole && who.includes(client) && topics.stream().anyMatch(topic -> {
            String own = topic.fill(client, true);
            return own != null && (topic.exact() ? own.equals(filter) : Filters.covers(own, filter));
        });
    }

    private boolean receives() {
        return actions.contains(Action.SUBSCRIBE) || actions.contains(Action.RECEIVE);
    }

    /// What it says, for the operator.
    @Override
    public String toString() {
        String what = actions.stream()
                .sorted()
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
        return place + ": " + (allows ? "allow " : "deny ") + what + " "
                + topics.stream().map(Template::toString).collect(Collectors.joining(", ")) + who;
    }
}
