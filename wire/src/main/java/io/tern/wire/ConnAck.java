package io.tern.wire;

import java.util.Objects;

/// CONNACK: the server's answer to CONNECT.
///
/// In 3.x the return codes 1 to 5 stand for [ReasonCode#UNSUPPORTED_PROTOCOL_VERSION],
/// [ReasonCode#CLIENT_IDENTIFIER_NOT_VALID], [ReasonCode#SERVER_UNAVAILABLE],
/// [ReasonCode#BAD_USER_NAME_OR_PASSWORD] and [ReasonCode#NOT_AUTHORIZED]; any other failure is sent as the nearest of
/// them.
///
/// @param sessionPresent the server goes on with a session it had; always false with a failure [MQTT-3.2.2-6] and in
///     3.1
/// @param reason success, or why the connection is refused
/// @param properties [Properties#NONE] in 3.x
public record ConnAck(boolean sessionPresent, ReasonCode reason, Properties properties) implements Packet {

    /// Checks that a refusal doesn't claim a session.
    ///
    /// @throws IllegalArgumentException if Session Present comes with a failure
    public ConnAck {
        if (sessionPresent && reason.isError()) {
            throw new IllegalArgumentException("session present with " + reason);
        }
        Objects.requireNonNull(reason);
        Objects.requireNonNull(properties);
    }

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
