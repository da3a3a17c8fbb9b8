package io.tern.api;

import io.tern.wire.MqttVersion;

/// Who a client says it is, where it comes from, and who it has turned out to be.
///
/// @param clientId its client identifier, assigned by the server if it sent none; never empty
/// @param userName as in its CONNECT until it is authenticated, and then as its authentication says; null for none
/// @param version the protocol it speaks; null if it isn't known
/// @param connection where it comes from
/// @param identity [Identity#NONE] until it is authenticated
public record ClientInfo(
        String clientId, String userName, MqttVersion version, ConnectionInfo connection, Identity identity) {

    /// A client that is not authenticated yet.
    ///
    /// @param clientId as above
    /// @param userName as in its CONNECT, or null
    /// @param version as above
    /// @param connection as above
    public ClientInfo(String clientId, String userName, MqttVersion version, ConnectionInfo connection) {
        this(clientId, userName, version, connection, Identity.NONE);
    }

    /// The same client, now known.
    ///
    /// @param known who it is. A user name that it doesn't know of has been verified by nobody, and is none
    /// @return a copy
    public ClientInfo with(Identity known) {
        return new ClientInfo(
                known.clientId() == null ? clientId : known.clientId(),
                known.userName(),
                version,
                connection,
                known);
    }

    /// A client that is known by its session alone, which a process before this one has left: its names are, but not
    /// where it came from, nor what its authentication gave it.
    ///
    /// @param clientId as above
    /// @param userName whose session it is, or null
    /// @return a client
    public static ClientInfo remembered(String clientId, String userName) {
        return new ClientInfo(clientId, userName, null, ConnectionInfo.FORGOTTEN);
    }

    /// Whether it is known by its session alone.
    ///
    /// @return true for those of [#remembered]
    public boolean isRemembered() {
        return connection == ConnectionInfo.FORGOTTEN;
    }
}
