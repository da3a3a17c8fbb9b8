package io.tern.wire;

import java.util.Arrays;
import java.util.Objects;

/// CONNECT: the first packet of a connection [MQTT-3.1.0-1].
///
/// Equal if all fields are equal, the password by content.
///
/// @param version the protocol of this connection from here on
/// @param bridge the level byte had bit 0x80 set: the peer is a broker that bridges
/// @param cleanStart Clean Start of 5.0, Clean Session of 3.x
/// @param keepAliveSeconds 0 (off) to 65,535
/// @param clientId may be empty: then the server chooses one
/// @param properties [Properties#NONE] in 3.x
/// @param will null if there is none
/// @param userName null if there is none
/// @param password null if there is none; shared, not to be changed
public record Connect(
        MqttVersion version, boolean bridge, boolean cleanStart, int keepAliveSeconds, String clientId,
        Properties properties, Will will, String userName, byte[] password) implements Packet {

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if keep alive or password length is out of range
    public Connect {
        Objects.requireNonNull(version);
        if (keepAliveSeconds < 0 || keepAliveSeconds > 0xFFFF) {
            throw new IllegalArgumentException("keep alive " + keepAliveSeconds + " s is not in 0 to 65535");
        }
        Objects.requireNonNull(clientId);
        Objects.requireNonNull(properties);
        if (password != null && password.length > 0xFFFF) {
            throw new IllegalArgumentException("password of " + password.length + " bytes, 65535 is the most");
        }
    }

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Connect that
                && version == that.version
                && bridge == that.bridge
                && cleanStart == that.cleanStart
                && keepAliveSeconds == that.keepAliveSeconds
                && clientId.equals(that.clientId)
                && properties.equals(that.properties)
                && Objects.equals(will, that.will)
                && Objects.equals(userName, that.userName)
                && Arrays.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(version, bridge, cleanStart, keepAliveSeconds, clientId, properties, will, userName,
                Arrays.hashCode(password));
    }

    /// For people and logs; never shows the password.
    @Override
    public String toString() {
        return "Connect[version=" + version + ", bridge=" + bridge + ", cleanStart=" + cleanStart
                + ", keepAliveSeconds=" + keepAliveSeconds + ", clientId=" + clientId + ", properties=" + properties
                + ", will=" + will + ", userName=" + userName + ", password=" + (password == null ? "none" : "***")
                + "]";
    }
}
