package io.tern.wire;

import java.util.Objects;

/// AUTH: a step of enhanced authentication, 5.0 only.
///
/// @param reason success, continue or re-authenticate [MQTT-3.15.2-1]
/// @param properties the method and the data of this step
public record Auth(ReasonCode reason, Properties properties) implements Packet {

    /// Checks that nothing is missing.
    public Auth {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(properties);
    }

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
