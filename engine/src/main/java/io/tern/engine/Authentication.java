package io.tern.engine;

import io.tern.wire.Auth;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;

/// The exchanges of AUTH packets with a client that named a method in CONNECT: whose turn it is.
final class Authentication {

    private final String method;
    private boolean underway;
    private boolean ours;

    /// Begins with our turn.
    ///
    /// @param method of all AUTH packets of this connection [MQTT-4.12.0-5]
    Authentication(String method) {
        this.method = method;
    }

    /// Takes a packet of the client, if it is its turn.
    ///
    /// @param auth as received
    /// @param begin the reason code with which an exchange may begin now
    /// @return false if it is out of turn, or speaks of another method [MQTT-4.12.0-5], [MQTT-4.12.1-1]
    boolean take(Auth auth, ReasonCode begin) {
        boolean goesOn = underway && auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION;
        boolean known = method.equals(auth.properties().string(Property.AUTHENTICATION_METHOD));
        if (!known || !goesOn && auth.reason() != begin) {
            return false;
        }
        underway = true;
        ours = true;
        return true;
    }

    /// The exchange needs more of the client.
    ///
    /// @param data to send, or null
    /// @return the packet [MQTT-4.12.0-2]
    Auth challenge(byte[] data) {
        underway = true;
        ours = false;
        return new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties(data));
    }

    /// The exchange is over, and the client has shown who it is.
    void end() {
        underway = false;
        ours = false;
    }

    /// Method and data, as each packet of the exchange has them.
    ///
    /// @param data to send, or null
    /// @return two properties, or one
    Properties properties(byte[] data) {
        Properties.Builder properties = Properties.builder().with(Property.AUTHENTICATION_METHOD, method);
        return (data == null ? properties : properties.with(Property.AUTHENTICATION_DATA, data)).build();
    }

    /// @return whether the client has to wait for the next step
    boolean ours() {
        return ours;
    }

    /// @return whether there is an exchange
    boolean underway() {
        return underway;
    }
}
