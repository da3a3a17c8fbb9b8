package io.tern.interop;

import java.util.List;

/// The properties of a PUBLISH of MQTT 5.0.
///
/// @param contentType Content Type; null if there is none
/// @param responseTopic Response Topic; null if there is none
/// @param correlation Correlation Data, each char one byte; null if there is none
/// @param userProperties User Property in order, each as `name=value`
/// @param expirySeconds Message Expiry Interval; -1 if there is none
/// @param topicAlias which alias a client shall use that leaves this to its caller; 0 for none, always 0 when received
record Extras(String contentType, String responseTopic, String correlation, List<String> userProperties,
        long expirySeconds, int topicAlias) {

    static final Extras NONE = new Extras(null, null, null, List.of(), -1, 0);

    static Extras expiring(long seconds) {
        return new Extras(null, null, null, List.of(), seconds, 0);
    }

    static Extras alias(int alias) {
        return new Extras(null, null, null, List.of(), -1, alias);
    }

    static Extras request(String responseTopic, String correlation) {
        return new Extras(null, responseTopic, correlation, List.of(), -1, 0);
    }

    /// What stands before the first `=` of a User Property.
    static String name(String userProperty) {
        return userProperty.substring(0, userProperty.indexOf('='));
    }

    /// What stands after the first `=` of a User Property.
    static String value(String userProperty) {
        return userProperty.substring(userProperty.indexOf('=') + 1);
    }
}
