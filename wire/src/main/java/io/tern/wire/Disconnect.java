package io.tern.wire;

import java.util.Objects;

/// DISCONNECT: the last packet of a connection [MQTT-3.14.4-1]. In 3.x only clients send it.
///
/// @param reason why; in 3.x always [ReasonCode#SUCCESS]
/// @param properties [Properties#NONE] in 3.x
public record Disconnect(ReasonCode reason, Properties properties) implements Packet {

    /// Checks that nothing is missing.
    public Disconnect {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(properties);
    }

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
