package io.tern.transport;

import io.tern.transport.tls.TlsOptions;

/// Where and how to listen.
///
/// @param name tells listeners apart, in messages and in `ConnectionInfo`
/// @param kind what is spoken on it
/// @param host name or address of the interface; `0.0.0.0` for all; without meaning for a Unix socket
/// @param port 1 to 65,535; 0 takes a free one; without meaning for a Unix socket
/// @param backlog most connections the kernel holds for us, at least 1
/// @param web paths and pages of a WebSocket; without meaning for TCP
/// @param handshakeMillis most time from accepting a socket to the door: PROXY header, TLS and WebSocket handshake,
///     milliseconds, at least 1
/// @param headMaxBytes most bytes of a WebSocket handshake's request, at least 256
/// @param handshakesMax most sockets on the way to the door at a time, refused ones that still linger included; more
///     wait in the kernel. At least 1
/// @param packs whether packets may share a WebSocket frame, or end a TLS record together, whatever their type
/// @param tls how TLS is spoken; null for none
/// @param proxies who stands in front
/// @param unix the file, if it is a Unix socket; null if not
public record ListenerOptions(String name, Kind kind, String host, int port, int backlog, WebOptions web,
        int handshakeMillis, int headMaxBytes, int handshakesMax, boolean packs, TlsOptions tls,
        ProxyOptions proxies, UnixOptions unix) {

    /// What is spoken on a listener.
    public enum Kind {

        /// MQTT right on the stream.
        TCP,

        /// MQTT in WebSocket frames, sub-protocols `mqtt` and `mqttv3.1`.
        WS
    }

    /// Checks the ranges.
    public ListenerOptions {
        check(!name.isEmpty(), "name is empty");
        check(!host.isEmpty(), "host is empty");
        check(port >= 0 && port <= 65_535, "port " + port);
        check(backlog >= 1, "backlog " + backlog);
        check(web != null, "web");
        check(handshakeMillis >= 1, "handshakeMillis " + handshakeMillis);
        check(headMaxBytes >= 256, "headMaxBytes " + headMaxBytes);
        check(handshakesMax >= 1, "handshakesMax " + handshakesMax);
        check(proxies != null, "proxies");
    }

    /// MQTT on TCP with the default options.
    ///
    /// @param name tells listeners apart
    /// @param host name or address of the interface
    /// @param port 0 takes a free one
    /// @return backlog 4,096; ten seconds to the door, 2,000 at a time
    public static ListenerOptions tcp(String name, String host, int port) {
        return of(name, Kind.TCP, host, port);
    }

    /// MQTT on WebSocket with the default options.
    ///
    /// @param name tells listeners apart
    /// @param host name or address of the interface
    /// @param port 0 takes a free one
    /// @return backlog 4,096, paths `/mqtt` and `/`, handshakes: ten seconds, 8 KiB, 2,000 at a time
    public static ListenerOptions ws(String name, String host, int port) {
        return of(name, Kind.WS, host, port);
    }

    /// The word for it in `ConnectionInfo`.
    ///
    /// @return `tcp`, `tls`, `ws`, `wss` or `unix`
    public String transport() {
        if (unix != null) {
            return "unix";
        }
        return kind == Kind.WS ? tls == null ? "ws" : "wss" : tls == null ? "tcp" : "tls";
    }

    /// Where it listens, for people.
    ///
    /// @return such as `127.0.0.1 port 1883`, or a file
    public String place() {
        return unix != null ? unix.path().toString() : host + " port " + port;
    }

    /// How packets become frames and records.
    Output.Packing packing() {
        return Output.Packing.of(kind == Kind.WS, !packs, tls != null && !packs);
    }

    /// Which web pages may connect.
    Origins origins() {
        boolean behindProxy = proxies.protocol() || proxies.forwardedFor();
        return new Origins(web.allowedOrigins(), Origins.isLoopback(host) && !behindProxy);
    }

    /// The same with other paths and pages.
    ///
    /// @param options for WebSockets
    /// @return a copy
    public ListenerOptions withWeb(WebOptions options) {
        return new ListenerOptions(name, kind, host, port, backlog, options, handshakeMillis, headMaxBytes,
                handshakesMax, packs, tls, proxies, unix);
    }

    /// The same with packets that are packed together, or not.
    ///
    /// @param packed as [#packs]
    /// @return a copy
    public ListenerOptions withPacked(boolean packed) {
        return new ListenerOptions(name, kind, host, port, backlog, web, handshakeMillis, headMaxBytes,
                handshakesMax, packed, tls, proxies, unix);
    }

    /// The same with other limits.
    ///
    /// @param millis as [#handshakeMillis]
    /// @param headBytes as [#headMaxBytes]
    /// @param handshakes as [#handshakesMax]
    /// @return a copy
    public ListenerOptions withLimits(int millis, int headBytes, int handshakes) {
        return new ListenerOptions(name, kind, host, port, backlog, web, millis, headBytes, handshakes, packs, tls,
                proxies, unix);
    }

    /// The same with TLS.
    ///
    /// @param options null for none
    /// @return a copy
    public ListenerOptions withTls(TlsOptions options) {
        return new ListenerOptions(name, kind, host, port, backlog, web, handshakeMillis, headMaxBytes,
                handshakesMax, packs, options, proxies, unix);
    }

    /// The same behind proxies.
    ///
    /// @param options who they are
    /// @return a copy
    public ListenerOptions withProxies(ProxyOptions options) {
        return new ListenerOptions(name, kind, host, port, backlog, web, handshakeMillis, headMaxBytes,
                handshakesMax, packs, tls, options, unix);
    }

    /// The same on a Unix socket.
    ///
    /// @param options which file
    /// @return a copy
    public ListenerOptions withUnix(UnixOptions options) {
        return new ListenerOptions(name, kind, host, port, backlog, web, handshakeMillis, headMaxBytes,
                handshakesMax, packs, tls, proxies, options);
    }

    private static ListenerOptions of(String name, Kind kind, String host, int port) {
        return new ListenerOptions(name, kind, host, port, 4096, WebOptions.DEFAULT, 10_000, 8 * 1024, 2_000,
                false, null, ProxyOptions.NONE, null);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
