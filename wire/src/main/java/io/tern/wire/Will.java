package io.tern.wire;

import java.util.Arrays;
import java.util.Objects;

/// The message that CONNECT leaves with the server, to be published when the connection ends without a DISCONNECT.
///
/// @param topic where to publish it, never empty
/// @param payload 0 to 65,535 bytes; shared, not to be changed
/// @param qos 0, 1 or 2
/// @param retain publish it as a retained message
/// @param properties the Will Properties, with the Will Delay Interval among them; [Properties#NONE] in 3.x
public record Will(TopicName topic, byte[] payload, int qos, boolean retain, Properties properties) {

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the topic is empty, the payload too long or the QoS out of range
    public Will {
        if (topic.value().isEmpty()) {
            throw new IllegalArgumentException("will without a topic");
        }
        if (payload.length > 0xFFFF) {
            throw new IllegalArgumentException("will payload of " + payload.length + " bytes, 65535 is the most");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("QoS " + qos + " is not in 0 to 2");
        }
        Objects.requireNonNull(properties);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Will that
                && qos == that.qos
                && retain == that.retain
                && topic.equals(that.topic)
                && properties.equals(that.properties)
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, Arrays.hashCode(payload), qos, retain, properties);
    }

    /// For people; the payload only by its length.
    @Override
    public String toString() {
        return "Will[topic=" + topic + ", payloadBytes=" + payload.length + ", qos=" + qos + ", retain=" + retain
                + ", properties=" + properties + "]";
    }
}
