package io.tern.engine.outbound;

import io.tern.wire.MqttVersion;

/// The connection that messages go to, and what its client takes.
public interface Receiver {

    /// Where its packets go.
    ///
    /// @return the same all the time
    Outlet outlet();

    /// The version that it speaks.
    ///
    /// @return null before CONNECT
    MqttVersion version();

    /// The largest packet that its client takes [MQTT-3.1.2-24].
    ///
    /// @return bytes
    long maximumPacketBytes();

    /// The aliases used towards its client.
    ///
    /// @return null if there are none [MQTT-3.1.2-27]
    TopicAliases topicAliases();

    /// How many messages of QoS 1 and 2 may ever be under way to it.
    ///
    /// @return at most its Receive Maximum [MQTT-3.3.4-9]
    int inFlightMessages();

    /// How many of these at first, see [SendWindow].
    ///
    /// @return 1 or more
    int inFlightFirstMessages();
}
