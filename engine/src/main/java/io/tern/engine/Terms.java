package io.tern.engine;

import io.tern.engine.rules.Limits;
import io.tern.wire.Connect;
import io.tern.wire.Properties;
import io.tern.wire.Property;

/// What a client lays down in CONNECT for all that is sent to it.
///
/// @param inFlightMessages most QoS 1 and QoS 2 messages under way to it, 1 to 65,535 [MQTT-3.3.4-9]
/// @param inFlightFirstMessages how many of these at first, see [io.tern.engine.outbound.Receiver]
/// @param packetBytes largest packet it takes [MQTT-3.1.2-24]
/// @param topicAliases most topic aliases used towards it, 0 for none [MQTT-3.1.2-27]
/// @param problemInformation whether acknowledgements may have a Reason String: not in 3.x [MQTT-3.1.2-29]
record Terms(
        int inFlightMessages,
        int inFlightFirstMessages,
        long packetBytes,
        int topicAliases,
        boolean problemInformation) {

    /// Before CONNECT, and of those that lay nothing down.
    static final Terms NONE = new Terms(0, 0, Long.MAX_VALUE, 0, true);

    /// Reads them.
    ///
    /// @param connect of any version
    /// @param limits ours, which are kept as well
    /// @return its terms
    static Terms of(Connect connect, Limits limits) {
        Properties asked = connect.properties();
        int inFlightMessages =
                (int) Math.min(asked.number(Property.RECEIVE_MAXIMUM, 65_535), limits.inFlightMessages());
        return new Terms(
                inFlightMessages,
                Math.min(inFlightMessages, limits.inFlightFirstMessages()),
                asked.number(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
                (int) Math.min(asked.number(Property.TOPIC_ALIAS_MAXIMUM, 0), limits.topicAliasesUsed()),
                connect.version().hasProperties() && asked.number(Property.REQUEST_PROBLEM_INFORMATION, 1) != 0);
    }
}
