package io.tern.wire.codec;

import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;

/// A peer sent bytes that are no lawful packet. The connection is to be closed [MQTT-4.13.1-1].
///
/// Has no stack trace: a hostile peer must not make us fill one for each of its packets.
public final class WireException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final String statement;
    private final MqttVersion version;

    /// Made by the decoder.
    ///
    /// @param reason with which to close, 0x80 or more
    /// @param statement what was broken
    /// @param version that of the connection, null if it isn't known
    /// @param message what is wrong, in words
    WireException(ReasonCode reason, String statement, MqttVersion version, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.statement = statement;
        this.version = version;
    }

    /// With which to close, if there is a packet to say it: DISCONNECT in 5.0, CONNACK for a refused CONNECT.
    ///
    /// @return 0x80 or more
    public ReasonCode reason() {
        return reason;
    }

    /// What was broken, in the numbering of the standard that the connection speaks (3.1.1 for 3.1, which has none; 5.0
    /// before CONNECT).
    ///
    /// @return a statement's id like `MQTT-1.5.4-1`; where the standard has none, a section like `2.2.2.2`
    public String statement() {
        return statement;
    }

    /// The version in which the peer understands an answer.
    ///
    /// @return null if the peer doesn't seem to speak MQTT: then close without a word. For an unknown level
    ///     [MqttVersion#V3_1_1], whose CONNACK is the one everybody can read.
    public MqttVersion version() {
        return version;
    }
}
