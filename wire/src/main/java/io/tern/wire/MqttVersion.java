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
}
