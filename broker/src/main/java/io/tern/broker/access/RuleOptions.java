package io.tern.broker.access;

import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Strictness;
import java.util.List;

/// The settings of one listener that say what its clients may do.
public final class RuleOptions {

    private final Option<Boolean> allowAnonymous;
    private final Option<Integer> maximumQos;
    private final Option<Boolean> retainAvailable;
    private final Option<Boolean> wildcardSubscriptions;
    private final Option<Boolean> sharedSubscriptions;
    private final Option<Boolean> subscriptionIdentifiers;
    private final Option<Strictness> receiveMaximum;
    private final Option<Strictness> clientIds;
    private final Option<Strictness> bridgeLevel;

    /// Declares them for one listener.
    ///
    /// @param listener its name, part of the keys
    public RuleOptions(String listener) {
        String prefix = "listeners." + listener + ".";
        ListenerRules standard = ListenerRules.STANDARD;
        allowAnonymous = Option.bool(
                prefix + "allow_anonymous",
                false,
                "Whether clients may connect without showing who they are. On the loopback interface they may anyway,"
                        + " as long as there is no authentication.");
        maximumQos = Option.integer(
                prefix + "maximum_qos", standard.maximumQos(), 0, 2, "", "Highest quality of service for publishing.");
        retainAvailable = Option.bool(
                prefix + "retain_available", standard.retainAvailable(), "Whether messages may be retained.");
        wildcardSubscriptions = Option.bool(
                prefix + "wildcard_subscriptions",
                standard.wildcardSubscriptions(),
                "Whether filters may have wildcards.");
        sharedSubscriptions = Option.bool(
                prefix + "shared_subscriptions", standard.sharedSubscriptions(), "Whether $share is served.");
        subscriptionIdentifiers = Option.bool(
                prefix + "subscription_identifiers",
                standard.subscriptionIdentifiers(),
                "Whether subscriptions may have identifiers.");
        receiveMaximum = Option.choice(
                prefix + "strictness.receive_maximum",
                standard.receiveMaximum(),
                "What is done about clients with more unanswered messages than limits.receive_maximum.");
        clientIds = Option.choice(
                prefix + "strictness.client_ids",
                standard.clientIds(),
                "What is done about clients of MQTT 3.1 whose identifier is longer than 23 characters; observe also"
                        + " lets empty ones in.");
        bridgeLevel = Option.choice(
                prefix + "strictness.bridge_level",
                standard.bridgeLevel(),
                "What is done about bridges, who mark the protocol level with a bit that is not in the standard.");
    }

    /// All of them.
    ///
    /// @return in the order of the reference page
    public List<Option<?>> all() {
        return List.of(
                allowAnonymous,
                maximumQos,
                retainAvailable,
                wildcardSubscriptions,
                sharedSubscriptions,
                subscriptionIdentifiers,
                receiveMaximum,
                clientIds,
                bridgeLevel);
    }

    /// Whether the operator lets everybody in here.
    ///
    /// @param options values
    /// @return false unless it is said
    public boolean allowsAnonymous(Options options) {
        return options.get(allowAnonymous);
    }

    /// What is set.
    ///
    /// @param options values
    /// @return the rules of this listener
    public ListenerRules rules(Options options) {
        return new ListenerRules(
                options.get(maximumQos),
                options.get(retainAvailable),
                options.get(wildcardSubscriptions),
                options.get(sharedSubscriptions),
                options.get(subscriptionIdentifiers),
                options.get(receiveMaximum),
                options.get(clientIds),
                options.get(bridgeLevel));
    }
}
