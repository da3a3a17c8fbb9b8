package io.tern.wire;

import java.util.Objects;

/// PUBACK: the answer to a PUBLISH of QoS 1.
///
/// @param packetId 1 to 65,535, that of the PUBLISH it belongs to [MQTT-2.2.1-5]
/// @param reason in 3.x always [ReasonCode#SUCCESS], since nothing else can be said there
/// @param properties [Properties#NONE] in 3.x
public record PubAck(int packetId, ReasonCode reason, Properties properties) implements Packet {

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the packet identifier is out of range
    public PubAck {
        PacketId.check(packetId);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(properties);
    }

    /// The common case: success, and nothing to add.
    ///
    /// @param packetId 1 to 65,535
    public PubAck(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }
}
