package io.tern.transport;

/// Where and how to listen.
///
/// @param name tells listeners apart, in messages and in `ConnectionInfo`
/// @param kind what is spoken on it
/// @param host name or address of the interface; `0.0.0.0` for all
/// @param port 1 to 65,535; 0 takes a free one
/// @param backlog most connections the kernel holds for us, at least 1
/// @param path of the WebSocket, begins with a slash; without meaning for TCP
/// @param handshakeMillis most time from accepting a socket to the end of its WebSocket handshake, milliseconds, at
///     least 1
/// @param headMaxBytes most bytes of a WebSocket handshake's request, at least 256
/// @param handshakesMax most WebSocket handshakes at a time, refused ones that still linger included; more are closed
///     at
///     once, at least 1
/// @param frameMaxBytes most payload bytes of a WebSocket frame received, at least 125
public record ListenerOptions(String name, Kind kind, String host, int port, int backlog, String path,
        int handshakeMillis, int headMaxBytes, int handshakesMax, int frameMaxBytes) {

    /// What is spoken on a listener.
    public enum Kind {

        /// MQTT right on TCP.
        TCP("tcp"),

        /// MQTT in WebSocket frames, sub-protocols `mqtt` and `mqttv3.1`.
        WS("ws");

        private final String transport;

        Kind(String transport) {
            this.transport = transport;
        }

        /// The word in `ConnectionInfo`.
        ///
        /// @return `tcp` or `ws`
        public String transport() {
            return transport;
        }
    }

    /// Checks the ranges.
    public ListenerOptions {
        check(!name.isEmpty(), "name is empty");
        check(!host.isEmpty(), "host is empty");
        check(port >= 0 && port <= 65_535, "port " + port);
        check(backlog >= 1, "backlog " + backlog);
        check(path.startsWith("/"), "path " + path);
        check(handshakeMillis >= 1, "handshakeMillis " + handshakeMillis);
        check(headMaxBytes >= 256, "headMaxBytes " + headMaxBytes);
        check(handshakesMax >= 1, "handshakesMax " + handshakesMax);
        check(frameMaxBytes >= 125, "frameMaxBytes " + frameMaxBytes);
    }

    /// MQTT on TCP with the default options.
    ///
    /// @param name tells listeners apart
    /// @param host name or address of the interface
    /// @param port 0 takes a free one
    /// @return backlog 1,024
    public static ListenerOptions tcp(String name, String host, int port) {
        return of(name, Kind.TCP, host, port);
    }

    /// MQTT on WebSocket with the default options.
    ///
    /// @param name tells listeners apart
    /// @param host name or address of the interface
    /// @param port 0 takes a free one
    /// @return backlog 1,024, path `/mqtt`, handshakes: ten seconds, 8 KiB, 1,000 at a time; frames of 1 MiB and 64 KiB
    public static ListenerOptions ws(String name, String host, int port) {
        return of(name, Kind.WS, host, port);
    }

    /// The same with another path.
    ///
    /// @param newPath begins with a slash
    /// @return a copy
    public ListenerOptions withPath(String newPath) {
        return new ListenerOptions(name, kind, host, port, backlog, newPath, handshakeMillis, headMaxBytes,
                handshakesMax, frameMaxBytes);
    }

    /// The same with other limits for WebSocket.
    ///
    /// @param millis as [#handshakeMillis]
    /// @param headBytes as [#headMaxBytes]
    /// @param handshakes as [#handshakesMax]
    /// @param frameBytes as [#frameMaxBytes]
    /// @return a copy
    public ListenerOptions withLimits(int millis, int headBytes, int handshakes, int frameBytes) {
        return new ListenerOptions(name, kind, host, port, backlog, path, millis, headBytes, handshakes, frameBytes);
    }

    private static ListenerOptions of(String name, Kind kind, String host, int port) {
        return new ListenerOptions(name, kind, host, port, 1024, "/mqtt", 10_000, 8 * 1024, 1_000,
                1024 * 1024 + 64 * 1024);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
