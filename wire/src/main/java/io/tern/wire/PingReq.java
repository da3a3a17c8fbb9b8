package io.tern.wire;

/// PINGREQ: a client's sign of life.
public record PingReq() implements Packet {

    /// The one to use: all are equal.
    public static final PingReq INSTANCE = new PingReq();

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
