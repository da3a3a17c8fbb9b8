package io.tern.transport;

import io.tern.api.AddressRange;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.transport.tls.TlsKeys;
import io.tern.transport.tls.TlsOptions;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The settings of one listener that say where and how it listens.
public final class ListenerKeys {

    private static final PosixFilePermission[] PERMISSIONS = {
        PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
    };

    private final String name;
    private final Option<Boolean> enabled;
    private final Option<ListenerType> type;
    private final Option<String> host;
    private final Option<Integer> port;
    private final Option<List<String>> path;
    private final Option<List<String>> allowedOrigins;
    private final Option<Boolean> requireSubprotocol;
    private final Option<Boolean> packPackets;
    private final Option<String> socket;
    private final Option<String> socketMode;
    private final Option<Duration> handshakeTimeout;
    private final Option<Integer> handshakesMax;
    private final Option<List<String>> trustedProxies;
    private final Option<Boolean> proxyProtocol;
    private final Option<Boolean> forwardedFor;
    private final TlsKeys tls;
    private final boolean hasPort;

    /// Declares them for one listener.
    ///
    /// @param name its name, part of the keys; `mqtt`, `mqtts`, `ws` and `wss` have their own defaults
    /// @param identities names of its further identities
    public ListenerKeys(String name, List<String> identities) {
        this.name = name;
        String prefix = "listeners." + name + ".";
        ListenerType usualType = switch (name) {
            case "mqtts" -> ListenerType.TLS;
            case "ws" -> ListenerType.WS;
            case "wss" -> ListenerType.WSS;
            default -> ListenerType.TCP;
        };
        int usualPort = switch (name) {
            case "mqtt" -> 1883;
            case "mqtts" -> 8883;
            case "ws" -> 8083;
            case "wss" -> 8084;
            default -> 0;
        };
        hasPort = usualPort != 0;
        enabled = Option.bool(prefix + "enabled", true, "Whether it listens at all.");
        type = Option.choice(prefix + "type", usualType,
                "What is spoken: MQTT on TCP or TLS, in WebSockets without or with TLS, or on a Unix socket.");
        host = Option.text(prefix + "host", "127.0.0.1", "Address to listen on; 0.0.0.0 for all of IPv4.");
        port = Option.integer(prefix + "port", usualPort, 0, 65_535, "",
                "Port to listen on; 0 for a free one, which is printed.");
        path = Option.texts(prefix + "path", WebOptions.DEFAULT.paths(),
                "Paths of the URL that MQTT over WebSocket is served at, with a slash at the end or without.");
        allowedOrigins = Option.texts(prefix + "allowed_origins", List.of(),
                "Web pages that may connect over WebSocket: https://app.example.com, https://*.example.com for all"
                        + " below it, or * for all. Without it, pages of this machine and, unless only this"
                        + " machine can reach the listener, of the host that the request names, as Host or, with"
                        + " forwarded_for from a trusted proxy, as X-Forwarded-Host. Clients that name no origin"
                        + " always may.");
        requireSubprotocol = Option.bool(prefix + "require_subprotocol", false,
                "Whether a WebSocket client must offer the sub-protocol mqtt or mqttv3.1, as the standard has it;"
                        + " else it may also offer none.");
        packPackets = Option.bool(prefix + "pack_packets", false,
                "Whether MQTT packets may share a WebSocket frame, and others stand behind CONNACK, SUBACK, UNSUBACK"
                        + " and PINGRESP in a TLS record. Less to write, but some clients read only the first.");
        socket = Option.text(prefix + "socket", "", "File of the Unix socket.");
        socketMode = Option.text(prefix + "socket_mode", "0660",
                "Mode of that file in octal; whoever may write to it may connect.");
        handshakeTimeout = Option.duration(prefix + "handshake_timeout", Duration.ofSeconds(10), Duration.ofMillis(100),
                Duration.ofMinutes(10), "How long a PROXY header, TLS and the WebSocket handshake may take together.");
        handshakesMax = Option.integer(prefix + "handshakes_max", 2_000, 1, 1_000_000, "sockets",
                "Most sockets that are busy with these; more wait in the kernel.");
        trustedProxies = Option.texts(prefix + "trusted_proxies", List.of(),
                "Addresses of the proxies in front, such as 10.0.0.0/8. Only they may say where a client comes from.");
        proxyProtocol = Option.bool(prefix + "proxy_protocol", false,
                "Whether each connection begins with a header of the PROXY protocol, version 1 or 2; then only the"
                        + " trusted proxies may connect.");
        forwardedFor = Option.bool(prefix + "x_forwarded_for", false,
                "Whether the trusted proxies' X-Forwarded-For says where a WebSocket's client is.");
        tls = new TlsKeys(prefix + "tls.", identities);
    }

    /// All of them.
    ///
    /// @return in the order of the reference page
    public List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(List.of(enabled, type, host, port, path, allowedOrigins,
                requireSubprotocol, packPackets, socket, socketMode, handshakeTimeout, handshakesMax, trustedProxies,
                proxyProtocol, forwardedFor));
        all.addAll(tls.all());
        return all;
    }

    /// The listener's name.
    ///
    /// @return as given
    public String name() {
        return name;
    }

    /// The key of its port, which flags set too.
    ///
    /// @return the option
    public Option<Integer> port() {
        return port;
    }

    /// Says whether it is to listen.
    ///
    /// @param options values
    /// @return true unless switched off
    public boolean isEnabled(Options options) {
        return options.get(enabled);
    }

    /// What is set.
    ///
    /// @param options values
    /// @return where and how it listens
    /// @throws IllegalArgumentException naming the listener, and what doesn't go together
    public ListenerOptions listener(Options options) {
        TlsOptions secured = tls.tls(options);
        ListenerType kind = options.get(type);
        boolean isUnix = kind == ListenerType.UNIX;
        check(!kind.isSecure() || secured != null, "type " + options.get(type).name().toLowerCase(Locale.ROOT)
                + " needs tls.certificate");
        check(secured == null || kind.isSecure() || !options.isGiven(type),
                "has tls.certificate, so its type must be tls or wss");
        check(isUnix || hasPort || options.isGiven(port), "needs a port");
        check(isUnix == !options.get(socket).isEmpty(), "type unix and socket need each other");
        boolean needsProxies = options.get(proxyProtocol) || options.get(forwardedFor);
        check(!needsProxies || isUnix || !options.get(trustedProxies).isEmpty(),
                "proxy_protocol and x_forwarded_for need trusted_proxies");
        check(options.get(path).stream().allMatch(each -> each.startsWith("/")), "path must begin with a slash");
        check(!options.get(path).isEmpty(), "path is empty");
        ListenerOptions base = kind.kind() == ListenerOptions.Kind.WS
                ? ListenerOptions.ws(name, options.get(host), options.get(port)).withWeb(new WebOptions(
                        options.get(path), options.get(allowedOrigins), options.get(requireSubprotocol)))
                : ListenerOptions.tcp(name, options.get(host), options.get(port));
        return base
                .withLimits((int) options.get(handshakeTimeout).toMillis(), base.headMaxBytes(),
                        options.get(handshakesMax))
                .withPacked(options.get(packPackets))
                .withTls(secured)
                .withProxies(new ProxyOptions(ranges(options), options.get(proxyProtocol), options.get(forwardedFor)))
                .withUnix(isUnix ? new UnixOptions(Path.of(options.get(socket)), mode(options)) : null);
    }

    private List<AddressRange> ranges(Options options) {
        try {
            return options.get(trustedProxies).stream().map(AddressRange::of).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("listeners." + name + ".trusted_proxies: " + e.getMessage(), e);
        }
    }

    private Set<PosixFilePermission> mode(Options options) {
        String octal = options.get(socketMode);
        check(octal.matches("0?[0-7]{3}"), "socket_mode must be three octal digits, such as 0660");
        int bits = Integer.parseInt(octal, 8);
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < PERMISSIONS.length; i++) {
            if ((bits & 1 << i) != 0) {
                mode.add(PERMISSIONS[i]);
            }
        }
        return mode;
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("listeners." + name + ": " + what);
        }
    }
}
