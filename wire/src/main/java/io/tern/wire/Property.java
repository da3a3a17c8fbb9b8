package io.tern.wire;

import static io.tern.wire.PacketType.AUTH;
import static io.tern.wire.PacketType.CONNACK;
import static io.tern.wire.PacketType.CONNECT;
import static io.tern.wire.PacketType.DISCONNECT;
import static io.tern.wire.PacketType.PUBACK;
import static io.tern.wire.PacketType.PUBCOMP;
import static io.tern.wire.PacketType.PUBLISH;
import static io.tern.wire.PacketType.PUBREC;
import static io.tern.wire.PacketType.PUBREL;
import static io.tern.wire.PacketType.SUBACK;
import static io.tern.wire.PacketType.SUBSCRIBE;
import static io.tern.wire.PacketType.UNSUBACK;

/// The properties of MQTT 5.0 (section 2.2.2.2): identifier, type, range, and the packets in which each may stand.
public enum Property {
    /// 1: the payload is UTF-8 text.
    PAYLOAD_FORMAT_INDICATOR(0x01, Type.BYTE, 0, 1, true, PUBLISH),
    /// Seconds until the message is not worth delivering any more.
    MESSAGE_EXPIRY_INTERVAL(0x02, Type.FOUR_BYTE, 0, 0xFFFF_FFFFL, true, PUBLISH),
    /// What the payload is, in words of the applications.
    CONTENT_TYPE(0x03, Type.STRING, 0, 0, true, PUBLISH),
    /// Where the answer to a request shall be published.
    RESPONSE_TOPIC(0x08, Type.STRING, 0, 0, true, PUBLISH),
    /// By which the asker knows its answer.
    CORRELATION_DATA(0x09, Type.BINARY, 0, 0, true, PUBLISH),
    /// Names a subscription; a PUBLISH may carry several.
    SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARINT, 1, Property.VARINT_MAX, false, PUBLISH, SUBSCRIBE),
    /// Seconds a session outlives its connection; 0xFFFFFFFF: for ever.
    SESSION_EXPIRY_INTERVAL(0x11, Type.FOUR_BYTE, 0, 0xFFFF_FFFFL, false, CONNECT, CONNACK, DISCONNECT),
    /// The client identifier that the server chose.
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Type.STRING, 0, 0, false, CONNACK),
    /// Seconds to use in place of the Keep Alive asked for.
    SERVER_KEEP_ALIVE(0x13, Type.TWO_BYTE, 0, 0xFFFF, false, CONNACK),
    /// Name of the enhanced authentication's method.
    AUTHENTICATION_METHOD(0x15, Type.STRING, 0, 0, false, CONNECT, CONNACK, AUTH),
    /// Data of this step of authentication.
    AUTHENTICATION_DATA(0x16, Type.BINARY, 0, 0, false, CONNECT, CONNACK, AUTH),
    /// 0: reason strings only where they can't be avoided.
    REQUEST_PROBLEM_INFORMATION(0x17, Type.BYTE, 0, 1, false, CONNECT),
    /// Seconds between the connection's end and the will.
    WILL_DELAY_INTERVAL(0x18, Type.FOUR_BYTE, 0, 0xFFFF_FFFFL, true),
    /// 1: the client asks for Response Information.
    REQUEST_RESPONSE_INFORMATION(0x19, Type.BYTE, 0, 1, false, CONNECT),
    /// From which a client makes its response topics.
    RESPONSE_INFORMATION(0x1A, Type.STRING, 0, 0, false, CONNACK),
    /// Another server to go to.
    SERVER_REFERENCE(0x1C, Type.STRING, 0, 0, false, CONNACK, DISCONNECT),
    /// The reason in words, for diagnosis only.
    REASON_STRING(0x1F, Type.STRING, 0, 0, false,
            CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    /// Most unanswered PUBLISH packets of QoS 1 and 2 that the sender takes.
    RECEIVE_MAXIMUM(0x21, Type.TWO_BYTE, 1, 0xFFFF, false, CONNECT, CONNACK),
    /// Highest Topic Alias that the sender takes.
    TOPIC_ALIAS_MAXIMUM(0x22, Type.TWO_BYTE, 0, 0xFFFF, false, CONNECT, CONNACK),
    /// A number in place of the topic name.
    TOPIC_ALIAS(0x23, Type.TWO_BYTE, 1, 0xFFFF, false, PUBLISH),
    /// The highest QoS the server takes, if not 2.
    MAXIMUM_QOS(0x24, Type.BYTE, 0, 1, false, CONNACK),
    /// 0: no retained messages.
    RETAIN_AVAILABLE(0x25, Type.BYTE, 0, 1, false, CONNACK),
    /// A pair of strings of the applications; may come more than once, in order.
    USER_PROPERTY(0x26, Type.STRING_PAIR, 0, 0, true, PacketType.values()),
    /// Bytes of the largest packet that the sender takes.
    MAXIMUM_PACKET_SIZE(0x27, Type.FOUR_BYTE, 1, 0xFFFF_FFFFL, false, CONNECT, CONNACK),
    /// 0: no wildcard subscriptions.
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Type.BYTE, 0, 1, false, CONNACK),
    /// 0: no subscription identifiers.
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Type.BYTE, 0, 1, false, CONNACK),
    /// 0: no shared subscriptions.
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Type.BYTE, 0, 1, false, CONNACK);

    /// How a property's value is written.
    public enum Type {
        /// One byte.
        BYTE,
        /// Two bytes, the higher first.
        TWO_BYTE,
        /// Four bytes, the highest first.
        FOUR_BYTE,
        /// Variable Byte Integer, one to four bytes (section 1.5.5).
        VARINT,
        /// UTF-8 Encoded String with two bytes of length in front.
        STRING,
        /// Any bytes with two bytes of length in front.
        BINARY,
        /// Two UTF-8 Encoded Strings.
        STRING_PAIR
    }

    /// The largest Variable Byte Integer, four bytes long.
    public static final int VARINT_MAX = 268_435_455;

    private static final Property[] BY_ID = new Property[0x2B];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final Type type;
    private final long min;
    private final long max;
    private final int packets;

    Property(int id, Type type, long min, long max, boolean inWill, PacketType... packets) {
        this.id = id;
        this.type = type;
        this.min = min;
        this.max = max;
        // Bit 0 stands for the Will Properties: no packet has type 0.
        int bits = inWill ? 1 : 0;
        for (PacketType packet : packets) {
            if (packet != PacketType.PINGREQ && packet != PacketType.PINGRESP) {
                bits |= 1 << packet.value();
            }
        }
        this.packets = bits;
    }

    /// The identifier on the wire.
    ///
    /// @return 0x01 to 0x2A
    public int id() {
        return id;
    }

    /// How the value is written.
    ///
    /// @return the type
    public Type type() {
        return type;
    }

    /// Whether the value is a number.
    ///
    /// @return true for the byte, two-byte, four-byte and variable byte integers
    public boolean isNumber() {
        return type.compareTo(Type.VARINT) <= 0;
    }

    /// The smallest number allowed: 0, or 1 where 0 is a Protocol Error.
    ///
    /// @return 0 or 1
    public long min() {
        return min;
    }

    /// The largest number allowed.
    ///
    /// @return 1 to 4,294,967,295; 0 for what is no number
    public long max() {
        return max;
    }

    /// Whether a packet of that type may carry this property.
    ///
    /// @param packet any type
    /// @return true if table 2-4 of MQTT 5.0 lists it
    public boolean allowedIn(PacketType packet) {
        return (packets & 1 << packet.value()) != 0;
    }

    /// Whether the Will Properties of CONNECT may have this property.
    ///
    /// @return true if table 2-4 of MQTT 5.0 lists it
    public boolean allowedInWill() {
        return (packets & 1) != 0;
    }

    /// Whether it may come more than once in a packet of that type.
    ///
    /// @param packet any type
    /// @return true for User Property, and for Subscription Identifier in PUBLISH
    public boolean repeatableIn(PacketType packet) {
        return this == USER_PROPERTY || this == SUBSCRIPTION_IDENTIFIER && packet == PacketType.PUBLISH;
    }

    /// Finds a property by its identifier.
    ///
    /// @param id the identifier on the wire
    /// @return the property, or null if MQTT 5.0 has none with this identifier
    public static Property of(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }
}
