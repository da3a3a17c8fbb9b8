package io.tern.engine;

import io.tern.wire.Auth;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;

/// One connection's AUTH packets: the method of its CONNECT, and whether an exchange is under way.
final class Authenticating {

    private String method;
    private boolean underway;
    private boolean resting;

    /// @param newMethod as in CONNECT, or null
    void method(String newMethod) {
        method = newMethod;
    }

    boolean hasMethod() {
        return method != null;
    }

    /// Takes an AUTH packet.
    ///
    /// @param begin the reason code with which an exchange may begin now
    /// @return false if it must not come [MQTT-4.12.0-5], [MQTT-4.12.1-1]
    boolean takes(Auth auth, ReasonCode begin) {
        boolean known = method != null && method.equals(auth.properties().string(Property.AUTHENTICATION_METHOD));
        boolean goesOn = underway && auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION;
        if (!known || !goesOn && auth.reason() != begin) {
            return false;
        }
        underway = true;
        resting = true;
        return true;
    }

    /// @return what asks the client for more [MQTT-4.12.0-2]
    Auth challenge(byte[] data) {
        underway = true;
        resting = false;
        return new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties(data));
    }

    /// @return what ends an exchange after CONNACK
    Auth success(byte[] data) {
        end();
        return new Auth(ReasonCode.SUCCESS, properties(data));
    }

    void end() {
        underway = false;
        resting = false;
    }

    Properties properties(byte[] data) {
        Properties.Builder properties = Properties.builder().with(Property.AUTHENTICATION_METHOD, method);
        return (data == null ? properties : properties.with(Property.AUTHENTICATION_DATA, data)).build();
    }

    boolean underway() {
        return underway;
    }

    /// @return whether the client's next packet has to wait for our answer
    boolean resting() {
        return resting;
    }
}
