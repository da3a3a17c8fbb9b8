package io.tern.api;

/// Where a transport brings its new connections.
@FunctionalInterface
public interface Door {

    /// Takes a connection that is ready to carry MQTT. Called on the thread of the connection's loop; reading is on.
    ///
    /// @param connection the new connection
    /// @return who handles it; null to refuse, and the transport closes it
    ConnectionHandler accept(Connection connection);
}
