package io.tern.api;

import io.tern.wire.MqttVersion;

/// Who a client says it is, where it comes from, and who it has turned out to be.
///
/// @param clientId its client identifier, assigned by the server if it sent none; never empty
/// @param userName as in its CONNECT, or as its authentication says; or null
/// @param version the protocol it speaks
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
    /// @param known who it is; its names replace those of the CONNECT
    /// @return a copy
    public ClientInfo with(Identity known) {
        return new ClientInfo(
                known.clientId() == null ? clientId : known.clientId(),
                known.userName() == null ? userName : known.userName(),
                version,
                connection,
                known);
    }
}
