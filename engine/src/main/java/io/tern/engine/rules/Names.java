package io.tern.engine.rules;

import io.tern.api.ClientInfo;
import io.tern.wire.Utf8;

/// Which names a client may have, wherever they come from: its CONNECT, a certificate, a token, a service.
public final class Names {

    private Names() {}

    /// Whether a client identifier could be in a CONNECT.
    ///
    /// @param clientId any; not empty
    /// @param limits that are set
    /// @return null if it could, else what is wrong with it, without itself
    public static String fault(String clientId, Limits limits) {
        return clientId.length() > limits.clientIdBytes()
                ? "a client identifier of " + clientId.length() + " characters"
                : null;
    }

    /// Whether both names of a client could be in a CONNECT [MQTT-1.5.4-1] [MQTT-1.5.4-2].
    ///
    /// @param client who was authenticated
    /// @param limits that are set
    /// @return null if they could, else what is wrong, for the operator
    public static String fault(ClientInfo client, Limits limits) {
        if (client.clientId().isEmpty()) {
            return "an empty client identifier";
        }
        try {
            Utf8.encodedBytes(client.clientId());
            if (client.userName() != null) {
                Utf8.encodedBytes(client.userName());
            }
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        return fault(client.clientId(), limits);
    }
}
