package io.tern.engine.rules;

/// What the clients of one listener may do; told to those of MQTT 5.0 in CONNACK.
///
/// @param maximumQos highest quality of service a client may publish with, 0 to 2 [MQTT-3.2.2-9]
/// @param retainAvailable whether messages may be retained [MQTT-3.2.2-14]
/// @param wildcardSubscriptions whether filters may have wildcards
/// @param sharedSubscriptions whether `$share` is served
/// @param subscriptionIdentifiers whether subscriptions may have identifiers
/// @param receiveMaximum what is done about 5.0 clients with more unanswered messages than we allow [MQTT-3.3.4-7]
/// @param clientIds what is done about 3.1 clients whose identifier has not 1 to 23 characters
/// @param bridgeLevel what is done about bridges, who mark the protocol level with a bit that is not in the standard
public record ListenerRules(
        int maximumQos,
        boolean retainAvailable,
        boolean wildcardSubscriptions,
        boolean sharedSubscriptions,
        boolean subscriptionIdentifiers,
        Strictness receiveMaximum,
        Strictness clientIds,
        Strictness bridgeLevel) {

    /// Everything is allowed that the standard allows; long client identifiers and bridges are let in.
    public static final ListenerRules STANDARD = new ListenerRules(
            2, true, true, true, true, Strictness.ENFORCE, Strictness.WARN, Strictness.OBSERVE);
}
