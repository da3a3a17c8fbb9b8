package io.tern.transport;

/// What an operator calls a listener.
public enum ListenerType {

    /// MQTT on TCP.
    TCP,

    /// MQTT on TLS.
    TLS,

    /// MQTT on WebSocket.
    WS,

    /// MQTT on WebSocket on TLS.
    WSS,

    /// MQTT on a Unix socket.
    UNIX;

    boolean isSecure() {
        return this == TLS || this == WSS;
    }

    ListenerOptions.Kind kind() {
        return this == WS || this == WSS ? ListenerOptions.Kind.WS : ListenerOptions.Kind.TCP;
    }
}
