package io.tern.client;

import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// A message that the application wants published, from the moment it was asked until its handshake is done.
/// Owned by one [ClientSession].
public final class Outgoing {

    final TopicName topic;
    final byte[] payload;
    final int qos;
    final boolean retain;
    final Properties properties;
    final Object token;
    int packetId;
    ReasonCode result = ReasonCode.SUCCESS;

    /// Makes one.
    ///
    /// @param topic where to publish
    /// @param payload not copied: it must not change until the message is settled
    /// @param qos 0 to 2
    /// @param retain whether the server keeps it as the topic's retained message
    /// @param properties sent in 5.0 only
    /// @param token comes back in [SessionEvents#settled] or [SessionEvents#failed]
    /// @throws IllegalArgumentException if the QoS is out of range or no packet can hold the message
    public Outgoing(TopicName topic, byte[] payload, int qos, boolean retain, Properties properties, Object token) {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("QoS " + qos);
        }
        long packetBytes = 16L + topic.utf8().length + properties.encoded().length + payload.length;
        if (packetBytes > ServerLimits.PACKET_BYTES_MAX) {
            throw new IllegalArgumentException("a message of " + payload.length + " bytes fits in no packet");
        }
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.token = token;
    }

    Publish packet(boolean dup) {
        return new Publish(dup, qos, retain, topic, packetId, properties, payload);
    }

    /// What this message weighs in a queue.
    ///
    /// @return bytes of topic and payload, plus 64 for what is around them
    public long bytes() {
        return 64L + topic.utf8().length + payload.length;
    }
}
