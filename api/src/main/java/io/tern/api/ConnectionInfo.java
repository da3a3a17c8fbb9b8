package io.tern.api;

import java.net.SocketAddress;

/// Where a connection comes from; fixed while it is open.
///
/// @param listener name of the listener that accepted it, e.g. `mqtt` or `ws`
/// @param transport how its bytes travel: `tcp` or `ws`
/// @param remote the peer's address
public record ConnectionInfo(String listener, String transport, SocketAddress remote) {}
