package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;

/// What the server's CONNACK says it takes. In 3.x nothing is said and everything is allowed.
///
/// @param receiveMaximum QoS 1 and 2 messages it takes unacknowledged at once, 1 to 65,535
/// @param maximumQos highest QoS it takes in PUBLISH, 0 to 2
/// @param retainAvailable whether it keeps retained messages
/// @param maximumPacketBytes largest packet it takes
/// @param topicAliasMaximum highest Topic Alias it takes, 0 for none
/// @param wildcardsAvailable whether filters may have wildcards
/// @param subscriptionIdsAvailable whether SUBSCRIBE may carry a Subscription Identifier
/// @param sharedAvailable whether `$share` is known
/// @param keepAliveSeconds the Keep Alive in force: its own if it named one [MQTT-3.1.2-21], else ours
/// @param sessionExpirySeconds the Session Expiry Interval in force, 5.0 only
public record ServerLimits(int receiveMaximum, int maximumQos, boolean retainAvailable, long maximumPacketBytes,
        int topicAliasMaximum, boolean wildcardsAvailable, boolean subscriptionIdsAvailable, boolean sharedAvailable,
        int keepAliveSeconds, long sessionExpirySeconds) {

    /// The largest packet that MQTT can say: five bytes of header and 268,435,455 after it.
    static final long PACKET_BYTES_MAX = 268_435_460L;

    /// Reads them.
    ///
    /// @param connect what we asked
    /// @param ack what was answered, with success
    /// @return the limits of this connection
    public static ServerLimits of(Connect connect, ConnAck ack) {
        Properties p = connect.version().isV5() ? ack.properties() : Properties.NONE;
        long askedExpiry = connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
        return new ServerLimits(
                (int) p.number(Property.RECEIVE_MAXIMUM, 0xFFFF),
                (int) p.number(Property.MAXIMUM_QOS, 2),
                p.number(Property.RETAIN_AVAILABLE, 1) == 1,
                p.number(Property.MAXIMUM_PACKET_SIZE, PACKET_BYTES_MAX),
                (int) p.number(Property.TOPIC_ALIAS_MAXIMUM, 0),
                p.number(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 1) == 1,
                p.number(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) == 1,
                p.number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 1) == 1,
                (int) p.number(Property.SERVER_KEEP_ALIVE, connect.keepAliveSeconds()),
                p.number(Property.SESSION_EXPIRY_INTERVAL, askedExpiry));
    }

    /// Why a message can't be sent to this server, its size apart.
    ///
    /// @param message what the application wants published
    /// @return a reason code, or null if it can be sent [MQTT-3.2.2-11], [MQTT-3.2.2-14], [MQTT-3.2.2-17]
    ReasonCode refusalOf(Outgoing message) {
        if (message.qos > maximumQos) {
            return ReasonCode.QOS_NOT_SUPPORTED;
        }
        if (message.retain && !retainAvailable) {
            return ReasonCode.RETAIN_NOT_SUPPORTED;
        }
        return message.properties.number(Property.TOPIC_ALIAS, 0) > topicAliasMaximum
                ? ReasonCode.TOPIC_ALIAS_INVALID
                : null;
    }

    /// Why a subscription can't be asked from this server.
    ///
    /// @param item the filter and its options
    /// @param properties those of the SUBSCRIBE
    /// @return a reason code, or null if it can be asked
    ReasonCode refusalOf(Subscribe.Item item, Properties properties) {
        TopicFilter filter = item.filter();
        if (filter.hasWildcard() && !wildcardsAvailable) {
            return ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (filter.shareName() != null && !sharedAvailable) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        return properties.has(Property.SUBSCRIPTION_IDENTIFIER) && !subscriptionIdsAvailable
                ? ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
                : null;
    }
}
