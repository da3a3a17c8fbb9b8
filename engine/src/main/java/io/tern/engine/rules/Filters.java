package io.tern.engine.rules;

import io.tern.wire.PointToPoint;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;

/// What of a SUBSCRIBE is granted to the clients of a listener, whoever they are.
public final class Filters {

    private static final Refusal NOT_SHARED = new Refusal(
            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, "shared subscriptions are not served on this listener");
    private static final Refusal TOO_WIDE =
            new Refusal(ReasonCode.TOPIC_FILTER_INVALID, "more wildcards than limits.filter_wildcards");
    private static final Refusal NO_IDENTIFIERS = new Refusal(
            ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            "subscription identifiers are not served on this listener");
    private static final Refusal NO_WILDCARDS = new Refusal(
            ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, "wildcards are not served on this listener");

    private static final Refusal POINT_SHARED =
            new Refusal(ReasonCode.TOPIC_FILTER_INVALID, "what goes to one client is shared with nobody");
    private static final Refusal POINT = new Refusal(
            ReasonCode.NOT_AUTHORIZED,
            "of these only $p2p/{own client identifier}/# can be subscribed to, without a subscription identifier");

    /// Retain Handling: retained messages are sent if the subscription wasn't there before,
    private static final int RETAIN_ON_NEW = 1;
    /// or not at all.
    private static final int RETAIN_NEVER = 2;

    private Filters() {}

    /// Whether a filter is not served: too long or too deep, or of a kind that the listener doesn't have.
    ///
    /// @param limits that are set
    /// @param rules of the listener
    /// @param wildcardsMost in one filter, 0 for any number
    /// @param filter as asked for
    /// @param identifier of the subscription, 0 for none
    /// @return null if it is served
    public static Refusal refusal(
            Limits limits, ListenerRules rules, int wildcardsMost, TopicFilter filter, int identifier) {
        Refusal outside = Topics.refusal(limits, filter);
        if (outside != null) {
            return outside;
        }
        if (PointToPoint.is(filter.filter())) {
            return filter.shareName() == null ? POINT : POINT_SHARED;
        }
        if (filter.shareName() != null && !rules.sharedSubscriptions()) {
            return NOT_SHARED;
        }
        if (wildcardsMost > 0 && wildcards(filter.filter()) > wildcardsMost) {
            return TOO_WIDE;
        }
        if (identifier != 0 && !rules.subscriptionIdentifiers()) {
            return NO_IDENTIFIERS;
        }
        return filter.hasWildcard() && !rules.wildcardSubscriptions() ? NO_WILDCARDS : null;
    }

    private static long wildcards(String filter) {
        return filter.chars().filter(c -> c == '+' || c == '#').count();
    }

    /// Whether a filter stands for what goes to a client alone, which it gets without it: to subscribe to that is
    /// granted and changes nothing.
    ///
    /// @param clientId of that client
    /// @param filter as asked for
    /// @return false for what goes to others
    public static boolean isOwnPoint(String clientId, TopicFilter filter) {
        return PointToPoint.is(filter.value()) && filter.value().equals(PointToPoint.filter(clientId));
    }

    /// How a subscription is granted: with no higher quality of service than the listener has [MQTT-3.8.4-8]. A bridge
    /// of 3.x can't ask for what it needs: its own messages must not come back, and RETAIN must stay.
    ///
    /// @param rules of the listener
    /// @param bridge whether the client calls itself a bridge
    /// @param asked what it asks for
    /// @return what it gets
    public static Subscribe.Item granted(ListenerRules rules, boolean bridge, Subscribe.Item asked) {
        int qos = Math.min(asked.qos(), rules.maximumQos());
        boolean helped = bridge && asked.filter().shareName() == null;
        return new Subscribe.Item(
                asked.filter(),
                qos,
                asked.noLocal() || helped,
                asked.retainAsPublished() || helped,
                asked.retainHandling());
    }

    /// Whether a SUBSCRIBE brings retained messages [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]. For a shared
    /// subscription there are none (MQTT 5.0, section 4.8.2).
    ///
    /// @param asked as in the packet
    /// @param isNew whether the subscription was not there before
    /// @return false if none are sent
    public static boolean bringsRetained(Subscribe.Item asked, boolean isNew) {
        return asked.filter().shareName() == null
                && asked.retainHandling() != RETAIN_NEVER
                && (isNew || asked.retainHandling() != RETAIN_ON_NEW);
    }
}
