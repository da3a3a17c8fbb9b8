package io.tern.wire;

/// The control packet types with their number in the fixed header.
public enum PacketType {
    /// Client to server: the first packet of a connection.
    CONNECT(1),
    /// Server to client: answer to CONNECT.
    CONNACK(2),
    /// Both ways: an application message.
    PUBLISH(3),
    /// Both ways: answer to a PUBLISH of QoS 1.
    PUBACK(4),
    /// Both ways: first answer to a PUBLISH of QoS 2.
    PUBREC(5),
    /// Both ways: answer to PUBREC.
    PUBREL(6),
    /// Both ways: answer to PUBREL.
    PUBCOMP(7),
    /// Client to server: asks for subscriptions.
    SUBSCRIBE(8),
    /// Server to client: answer to SUBSCRIBE.
    SUBACK(9),
    /// Client to server: gives subscriptions up.
    UNSUBSCRIBE(10),
    /// Server to client: answer to UNSUBSCRIBE.
    UNSUBACK(11),
    /// Client to server: sign of life.
    PINGREQ(12),
    /// Server to client: answer to PINGREQ.
    PINGRESP(13),
    /// Client to server, in 5.0 both ways: the last packet of a connection.
    DISCONNECT(14),
    /// Both ways, 5.0 only: a step of enhanced authentication.
    AUTH(15);

    private static final PacketType[] BY_VALUE = new PacketType[16];

    static {
        for (PacketType type : values()) {
            BY_VALUE[type.value] = type;
        }
    }

    private final int value;

    PacketType(int value) {
        this.value = value;
    }

    /// The number in bits 7-4 of the fixed header's first byte.
    ///
    /// @return 1 to 15
    public int value() {
        return value;
    }

    /// Finds a type by its number.
    ///
    /// @param value bits 7-4 of the fixed header's first byte
    /// @return the type, or null for 0 (forbidden in every version) and anything above 15
    public static PacketType of(int value) {
        return value >= 0 && value < BY_VALUE.length ? BY_VALUE[value] : null;
    }
}
