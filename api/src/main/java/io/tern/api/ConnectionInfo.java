package io.tern.api;

import java.net.SocketAddress;

/// Where a connection comes from; fixed while it is open.
///
/// @param listener name of the listener that accepted it, e.g. `mqtt` or `ws`
/// @param transport how its bytes travel: `tcp`, `tls`, `ws`, `wss` or `unix`
/// @param remote the client's address: the one that a trusted proxy names, else the peer's; null if it isn't known
/// @param certificate what the peer has shown and the transport has verified, or null
public record ConnectionInfo(String listener, String transport, SocketAddress remote, PeerCertificate certificate) {

    /// A connection of which nothing is known any more.
    public static final ConnectionInfo FORGOTTEN = new ConnectionInfo("", "", null);

    /// A connection without a certificate.
    ///
    /// @param listener as above
    /// @param transport as above
    /// @param remote as above
    public ConnectionInfo(String listener, String transport, SocketAddress remote) {
        this(listener, transport, remote, null);
    }
}
