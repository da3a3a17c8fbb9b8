package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Disconnect;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import java.io.IOException;

/// What went wrong between this client and its server: who said no, and with which reason code.
public final class MqttException extends IOException {

    /// Where the failure comes from.
    public enum Kind {
        /// The server answered CONNECT with a CONNACK of 0x80 or more.
        REFUSED,
        /// The server ended the connection with a DISCONNECT (MQTT 5.0).
        DISCONNECTED,
        /// The server answered a packet of ours with a reason code of 0x80 or more.
        REJECTED,
        /// No connection came about: unknown host, no route, nobody listens, WebSocket refused.
        UNREACHABLE,
        /// The connection was reset or closed.
        NETWORK,
        /// No CONNACK or no PINGRESP in time.
        TIMEOUT,
        /// The server broke the protocol.
        PROTOCOL,
        /// What was asked exceeds what the server said it takes; it was not sent.
        NOT_SENT,
        /// The client is not connected, or was disconnected by the application.
        CLOSED
    }

    private final Kind kind;
    private final transient ReasonCode reason;

    /// Makes one.
    ///
    /// @param kind where the failure comes from
    /// @param reason the server's reason code, or the nearest one where the server has not spoken
    /// @param message one sentence for a human
    /// @param cause what lies below, or null
    public MqttException(Kind kind, ReasonCode reason, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.reason = reason;
    }

    static MqttException refused(ConnAck ack) {
        return new MqttException(Kind.REFUSED, ack.reason(),
                "connection refused: " + spoken(ack.reason(), ack.properties()), null);
    }

    static MqttException disconnected(Disconnect disconnect) {
        return new MqttException(Kind.DISCONNECTED, disconnect.reason(),
                "disconnected by the server: " + spoken(disconnect.reason(), disconnect.properties()), null);
    }

    static MqttException rejected(ReasonCode reason) {
        return new MqttException(Kind.REJECTED, reason, "rejected by the server: " + reason, null);
    }

    static MqttException notSent(ReasonCode reason, String message) {
        return new MqttException(Kind.NOT_SENT, reason, message, null);
    }

    static MqttException protocol(ReasonCode reason, String message) {
        return new MqttException(Kind.PROTOCOL, reason, message, null);
    }

    static MqttException unreachable(String message, Throwable cause) {
        return new MqttException(Kind.UNREACHABLE, ReasonCode.UNSPECIFIED_ERROR, message, cause);
    }

    static MqttException network(String message, Throwable cause) {
        return new MqttException(Kind.NETWORK, ReasonCode.UNSPECIFIED_ERROR, message, cause);
    }

    static MqttException timeout(String message) {
        return new MqttException(Kind.TIMEOUT, ReasonCode.KEEP_ALIVE_TIMEOUT, message, null);
    }

    static MqttException closed(String message) {
        return new MqttException(Kind.CLOSED, ReasonCode.UNSPECIFIED_ERROR, message, null);
    }

    private static String spoken(ReasonCode reason, Properties properties) {
        StringBuilder text = new StringBuilder(reason.toString());
        String why = properties.string(Property.REASON_STRING);
        if (why != null) {
            text.append(" (").append(why).append(')');
        }
        String elsewhere = properties.string(Property.SERVER_REFERENCE);
        if (elsewhere != null) {
            text.append(", use ").append(elsewhere);
        }
        return text.toString();
    }

    /// Where the failure comes from.
    ///
    /// @return never null
    public Kind kind() {
        return kind;
    }

    /// The reason code: the server's own for [Kind#REFUSED], [Kind#DISCONNECTED] and [Kind#REJECTED], else the
    /// nearest one.
    ///
    /// @return 0x80 or more, except for a DISCONNECT that carried less
    public ReasonCode reason() {
        return reason;
    }

    /// The same failure with the caller's stack trace, so that a failure met on another thread can be thrown here.
    MqttException again() {
        return new MqttException(kind, reason, getMessage(), this);
    }

    /// Whether the same attempt may well succeed later. Not after a session was taken over: two clients with one
    /// identifier would throw each other out for ever.
    boolean isPassing() {
        return switch (kind) {
            case UNREACHABLE, NETWORK, TIMEOUT, PROTOCOL -> true;
            case REFUSED, DISCONNECTED -> switch (reason) {
                case UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR, SERVER_UNAVAILABLE, SERVER_BUSY,
                        SERVER_SHUTTING_DOWN, KEEP_ALIVE_TIMEOUT, RECEIVE_MAXIMUM_EXCEEDED, MESSAGE_RATE_TOO_HIGH,
                        QUOTA_EXCEEDED, ADMINISTRATIVE_ACTION, CONNECTION_RATE_EXCEEDED, MAXIMUM_CONNECT_TIME,
                        SUCCESS -> true;
                default -> false;
            };
            case REJECTED, NOT_SENT, CLOSED -> false;
        };
    }
}
