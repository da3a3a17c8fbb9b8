package io.tern.api;

/// Where a transport brings its new connections.
@FunctionalInterface
public interface Door {

    /// Takes a connection that is ready to carry MQTT. Called on the thread of the connection's loop; reading is on.
    ///
    /// @param connection the new connection
    /// @return who handles it; null to refuse, and the transport closes it
    ConnectionHandler accept(Connection connection);

    /// Asks early, before anything is spent on a socket: when it is accepted or, behind a proxy, as soon as the proxy
    /// has said whom it speaks for; in any case before TLS. A transport need not ask, then [#accept] decides alone.
    /// Short, for any thread.
    ///
    /// @param from where the socket comes from; no certificate is known yet
    /// @return the door for this one connection, to be told of it by either [#accept] or [#missed], once; null to close
    ///     the socket at once
    default Door admit(ConnectionInfo from) {
        return this;
    }

    /// The connection for which [#admit] has given this door has ended before it got here. On any thread.
    default void missed() {}
}
