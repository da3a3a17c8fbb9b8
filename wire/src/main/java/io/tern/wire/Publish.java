package io.tern.wire;

import java.util.Arrays;
import java.util.Objects;

/// PUBLISH: an application message on its way.
///
/// Equal if all fields are equal, the payload by content.
///
/// @param dup this may be a repeat; says nothing about the message [MQTT-3.3.1-3]
/// @param qos 0, 1 or 2
/// @param retain keep it as the topic's retained message, or: it comes from there
/// @param topic [TopicName#EMPTY] when only a Topic Alias is given (5.0)
/// @param packetId 1 to 65,535; 0 at QoS 0, and as long as none is assigned
/// @param properties [Properties#NONE] in 3.x
/// @param payload shared, not to be changed; may be empty
public record Publish(
        boolean dup, int qos, boolean retain, TopicName topic, int packetId, Properties properties, byte[] payload)
        implements Packet {

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if QoS or packet identifier is out of range
    public Publish {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("QoS " + qos + " is not in 0 to 2");
        }
        if (packetId < 0 || packetId > 0xFFFF) {
            throw new IllegalArgumentException("packet identifier " + packetId + " is not in 0 to 65535");
        }
        Objects.requireNonNull(topic);
        Objects.requireNonNull(properties);
        Objects.requireNonNull(payload);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Publish that
                && dup == that.dup
                && qos == that.qos
                && retain == that.retain
                && packetId == that.packetId
                && topic.equals(that.topic)
                && properties.equals(that.properties)
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(dup, qos, retain, topic, packetId, properties, Arrays.hashCode(payload));
    }

    /// For people; the payload only by its length, since it may be large or secret.
    @Override
    public String toString() {
        return "Publish[dup=" + dup + ", qos=" + qos + ", retain=" + retain + ", topic=" + topic
                + ", packetId=" + packetId + ", properties=" + properties + ", payloadBytes=" + payload.length + "]";
    }
}
