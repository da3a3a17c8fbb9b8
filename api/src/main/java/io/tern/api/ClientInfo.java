package io.tern.api;

import io.tern.wire.MqttVersion;

/// Who a client says it is, and where it comes from.
///
/// @param clientId its client identifier, assigned by the server if it sent none; never empty
/// @param userName as in its CONNECT, or null
/// @param version the protocol it speaks
/// @param connection where it comes from
public record ClientInfo(String clientId, String userName, MqttVersion version, ConnectionInfo connection) {}
