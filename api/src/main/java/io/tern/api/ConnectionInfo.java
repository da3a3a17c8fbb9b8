package io.tern.api;

import java.net.SocketAddress;

/// Where a connection comes from; fixed while it is open.
///
/// @param listener name of the listener that accepted it, e.g. `mqtt` or `ws`
/// @param transport how its bytes travel: `tcp` or `ws`
/// @param remote the peer's address
/// @param certificate what the peer has shown and the transport has verified, or null
public record ConnectionInfo(String listener, String transport, SocketAddress remote, PeerCertificate certificate) {

    /// A connection without a certificate.
    ///
    /// @param listener as above
    /// @param transport as above
    /// @param remote as above
    public ConnectionInfo(String listener, String transport, SocketAddress remote) {
        this(listener, transport, remote, null);
    }
}
