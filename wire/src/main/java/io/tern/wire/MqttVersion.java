package io.tern.wire;

/// The versions of MQTT spoken here, as CONNECT names them.
public enum MqttVersion {
    /// MQTT 3.1 of 2010, the one that calls itself `MQIsdp`.
    V3_1(3, "MQIsdp"),
    /// MQTT 3.1.1, the OASIS standard of 2014 (ISO/IEC 20922).
    V3_1_1(4, "MQTT"),
    /// MQTT 5.0, the OASIS standard of 2019.
    V5(5, "MQTT");

    private final int level;
    private final String protocolName;

    MqttVersion(int level, String protocolName) {
        this.level = level;
        this.protocolName = protocolName;
    }

    /// The Protocol Level (3.x) or Protocol Version (5.0) byte of CONNECT.
    ///
    /// @return 3, 4 or 5
    public int level() {
        return level;
    }

    /// The Protocol Name field of CONNECT.
    ///
    /// @return `MQIsdp` or `MQTT`
    public String protocolName() {
        return protocolName;
    }

    /// Whether packets of this version carry properties and reason codes.
    ///
    /// @return true for 5.0 only
    public boolean isV5() {
        return this == V5;
    }

    /// Whether packets carry properties.
    ///
    /// @return true for 5.0 only
    public boolean hasProperties() {
        return isV5();
    }

    /// Whether an acknowledgement can say no. Where it can't, what is not taken is dropped in silence or its sender's
    /// connection closed.
    ///
    /// @return true for 5.0 only
    public boolean acknowledgesWithReason() {
        return isV5();
    }

    /// Whether a server says DISCONNECT before it closes a connection [MQTT-3.14.0-1].
    ///
    /// @return true for 5.0 only
    public boolean hasServerDisconnect() {
        return isV5();
    }

    /// Whether a server can set another keep-alive than was asked for [MQTT-3.1.2-21].
    ///
    /// @return true for 5.0 only
    public boolean hasServerKeepAlive() {
        return isV5();
    }

    /// Whether CONNECT says for how long its session is to outlive the connection; before, Clean Session says that it
    /// does so for ever or not at all.
    ///
    /// @return true for 5.0 only
    public boolean hasSessionExpiry() {
        return isV5();
    }

    /// Whether a sender keeps to a Receive Maximum [MQTT-3.3.4-9]; one that knows none is slowed down.
    ///
    /// @return true for 5.0 only
    public boolean hasReceiveMaximum() {
        return isV5();
    }

    /// Whether CONNACK says if the session was there; in 3.1 that bit is reserved.
    ///
    /// @return false for 3.1 only
    public boolean hasSessionPresent() {
        return this != V3_1;
    }
}
