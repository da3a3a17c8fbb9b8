package io.tern.transport;

import io.tern.api.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The proxies in front of a listener, who alone may say where a client really comes from.
///
/// @param trusted their addresses
/// @param protocol whether each connection begins with a header of the PROXY protocol, version 1 or 2; then nobody but
///     they may connect
/// @param forwardedFor whether X-Forwarded-For in a WebSocket's request is believed, if it comes from them
public record ProxyOptions(List<AddressRange> trusted, boolean protocol, boolean forwardedFor) {

    private static final Pattern ADDRESS = Pattern.compile(
            "(?:\\[(?<v6>[0-9a-fA-F:.]+)]|(?<v4>\\d+\\.\\d+\\.\\d+\\.\\d+))"
            + "(?::(?<port>\\d{1,5}))?|[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    /// Nobody in front.
    public static final ProxyOptions NONE = new ProxyOptions(List.of(), false, false);

    /// Copies the list.
    public ProxyOptions {
        trusted = List.copyOf(trusted);
    }

    /// Says whether a peer is one of the proxies. A Unix socket's counts as one: it is on this machine, and was let in
    /// by the file's mode.
    boolean trusts(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet
                ? trusts(inet.getAddress())
                : peer instanceof UnixDomainSocketAddress;
    }

    /// Says whether the request of a WebSocket from a peer may name somebody else as the client.
    boolean forwards(SocketAddress peer) {
        return forwardedFor && trusts(peer);
    }

    private boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /// Where a WebSocket's client is: the last address that was not written by one of the proxies.
    ///
    /// @param peer at the other end of the socket
    /// @param forwardedFor addresses as X-Forwarded-For has them, each proxy appending whom it saw
    /// @return the peer's if it is not trusted, or if the header says nothing that is an address
    SocketAddress client(SocketAddress peer, List<String> forwardedFor) {
        if (!forwards(peer)) {
            return peer;
        }
        SocketAddress found = peer;
        for (String entry : forwardedFor.reversed()) {
            InetSocketAddress address = address(entry);
            if (address == null) {
                return found;
            }
            found = address;
            if (!trusts(address.getAddress())) {
                return found;
            }
        }
        return found;
    }

    /// An address, with a port or without; null if it is none.
    private static InetSocketAddress address(String entry) {
        Matcher parts = ADDRESS.matcher(entry);
        if (!parts.matches()) {
            return null;
        }
        String bare = Objects.requireNonNullElse(parts.group("v4"), entry);
        String host = Objects.requireNonNullElse(parts.group("v6"), bare);
        String port = Objects.requireNonNullElse(parts.group("port"), "0");
        try {
            // 999.1.1.1 would be taken for a name to look up by others.
            return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
