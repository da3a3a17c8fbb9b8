package io.tern.wire;

/// PINGRESP: the server's answer to PINGREQ [MQTT-3.12.4-1].
public record PingResp() implements Packet {

    /// The one to use: all are equal.
    public static final PingResp INSTANCE = new PingResp();

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
