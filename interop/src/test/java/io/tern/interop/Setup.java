package io.tern.interop;

import java.nio.file.Path;

/// How a client connects, each time it does.
///
/// @param variant which client
/// @param port where the broker, or a [Cable] to it, listens on the loopback address
/// @param clientId the client identifier; empty to be given one
/// @param clean Clean Session of 3.x. In 5.0 it is Clean Start, with a Session Expiry Interval of 0, or of an hour
///     if it is false
/// @param will null for none
/// @param keepAliveSeconds 0 for none
/// @param ca PEM with the authority of the broker's certificate; null without TLS
record Setup(Variant variant, int port, String clientId, boolean clean, Message will, int keepAliveSeconds, Path ca) {

    /// How long a session of 5.0 that isn't clean outlives its connection.
    static final long SESSION_EXPIRY_SECONDS = 3600;

    /// The Receive Maximum of every client of 5.0: so small that the broker has to wait for it.
    static final int RECEIVE_MAXIMUM = 3;

    /// Longest that anything asked of a client may take.
    static final long DEADLINE_MILLIS = 20_000;

    Setup(Variant variant, int port, String clientId, boolean clean, Message will, int keepAliveSeconds) {
        this(variant, port, clientId, clean, will, keepAliveSeconds, null);
    }

    boolean isV5() {
        return variant.version().isV5();
    }

    boolean isWebSocket() {
        return variant.transport().isWebSocket();
    }

    String url() {
        return switch (variant.transport()) {
            case TCP -> "tcp://127.0.0.1:" + port;
            case TLS -> "ssl://127.0.0.1:" + port;
            case WS -> "ws://127.0.0.1:" + port + "/mqtt";
            case WSS -> "wss://127.0.0.1:" + port + "/mqtt";
        };
    }

    Setup keptAliveEvery(int seconds) {
        return new Setup(variant, port, clientId, clean, will, seconds, ca);
    }

    Setup through(Cable cable) {
        return new Setup(variant, cable.port(), clientId, clean, will, keepAliveSeconds, ca);
    }

    Setup durable() {
        return new Setup(variant, port, clientId, false, will, keepAliveSeconds, ca);
    }

    Setup withWill(Message newWill) {
        return new Setup(variant, port, clientId, clean, newWill, keepAliveSeconds, ca);
    }

    Setup named(String newClientId) {
        return new Setup(variant, port, newClientId, clean, will, keepAliveSeconds, ca);
    }
}
