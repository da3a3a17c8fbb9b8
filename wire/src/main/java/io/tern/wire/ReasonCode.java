package io.tern.wire;

import static io.tern.wire.PacketType.AUTH;
import static io.tern.wire.PacketType.CONNACK;
import static io.tern.wire.PacketType.DISCONNECT;
import static io.tern.wire.PacketType.PUBACK;
import static io.tern.wire.PacketType.PUBCOMP;
import static io.tern.wire.PacketType.PUBREC;
import static io.tern.wire.PacketType.PUBREL;
import static io.tern.wire.PacketType.SUBACK;
import static io.tern.wire.PacketType.UNSUBACK;

/// The reason codes of MQTT 5.0 (section 2.4), each with the packets that may carry it.
///
/// From 0x80 on they are errors.
public enum ReasonCode {
    /// Success, normal disconnection, or granted QoS 0.
    SUCCESS(0x00, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    /// Subscribed, QoS 1 at most.
    GRANTED_QOS_1(0x01, SUBACK),
    /// Subscribed, QoS 2 at most.
    GRANTED_QOS_2(0x02, SUBACK),
    /// The client leaves and wants its will published.
    DISCONNECT_WITH_WILL(0x04, DISCONNECT),
    /// Accepted, but nobody is subscribed.
    NO_MATCHING_SUBSCRIBERS(0x10, PUBACK, PUBREC),
    /// There was nothing to give up.
    NO_SUBSCRIPTION_EXISTED(0x11, UNSUBACK),
    /// The next step of authentication, please.
    CONTINUE_AUTHENTICATION(0x18, AUTH),
    /// The client starts authentication anew.
    REAUTHENTICATE(0x19, AUTH),
    /// The sender doesn't want to say why.
    UNSPECIFIED_ERROR(0x80, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    /// Bytes that can't be read as a packet.
    MALFORMED_PACKET(0x81, CONNACK, DISCONNECT),
    /// A packet that can be read but must not be sent like this or now.
    PROTOCOL_ERROR(0x82, CONNACK, DISCONNECT),
    /// Right, but not accepted by this implementation.
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    /// The server doesn't speak that version.
    UNSUPPORTED_PROTOCOL_VERSION(0x84, CONNACK),
    /// The client identifier is not allowed.
    CLIENT_IDENTIFIER_NOT_VALID(0x85, CONNACK),
    /// The server doesn't accept these.
    BAD_USER_NAME_OR_PASSWORD(0x86, CONNACK),
    /// Not allowed to do that.
    NOT_AUTHORIZED(0x87, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    /// The server can't serve now.
    SERVER_UNAVAILABLE(0x88, CONNACK),
    /// The server is busy, try later.
    SERVER_BUSY(0x89, CONNACK, DISCONNECT),
    /// This client is banned.
    BANNED(0x8A, CONNACK),
    /// The server goes down.
    SERVER_SHUTTING_DOWN(0x8B, DISCONNECT),
    /// The method is not supported or not the one in use.
    BAD_AUTHENTICATION_METHOD(0x8C, CONNACK, DISCONNECT),
    /// Silent for one and a half times the Keep Alive.
    KEEP_ALIVE_TIMEOUT(0x8D, DISCONNECT),
    /// Another connection uses this client identifier.
    SESSION_TAKEN_OVER(0x8E, DISCONNECT),
    /// The filter is well formed but not accepted.
    TOPIC_FILTER_INVALID(0x8F, SUBACK, UNSUBACK, DISCONNECT),
    /// The name is well formed but not accepted.
    TOPIC_NAME_INVALID(0x90, CONNACK, PUBACK, PUBREC, DISCONNECT),
    /// That packet identifier is in use.
    PACKET_IDENTIFIER_IN_USE(0x91, PUBACK, PUBREC, SUBACK, UNSUBACK),
    /// That packet identifier is not known; no error while recovering.
    PACKET_IDENTIFIER_NOT_FOUND(0x92, PUBREL, PUBCOMP),
    /// More unanswered PUBLISH packets than Receive Maximum allows.
    RECEIVE_MAXIMUM_EXCEEDED(0x93, DISCONNECT),
    /// The alias is 0 or above the Topic Alias Maximum.
    TOPIC_ALIAS_INVALID(0x94, DISCONNECT),
    /// Larger than the receiver's Maximum Packet Size.
    PACKET_TOO_LARGE(0x95, CONNACK, DISCONNECT),
    /// Too many messages a second.
    MESSAGE_RATE_TOO_HIGH(0x96, DISCONNECT),
    /// A limit of the implementation or the operator is reached.
    QUOTA_EXCEEDED(0x97, CONNACK, PUBACK, PUBREC, SUBACK, DISCONNECT),
    /// An operator closed the connection.
    ADMINISTRATIVE_ACTION(0x98, DISCONNECT),
    /// The payload is not what Payload Format Indicator says.
    PAYLOAD_FORMAT_INVALID(0x99, CONNACK, PUBACK, PUBREC, DISCONNECT),
    /// The server keeps no retained messages.
    RETAIN_NOT_SUPPORTED(0x9A, CONNACK, DISCONNECT),
    /// Above the server's Maximum QoS.
    QOS_NOT_SUPPORTED(0x9B, CONNACK, DISCONNECT),
    /// Use another server for now.
    USE_ANOTHER_SERVER(0x9C, CONNACK, DISCONNECT),
    /// Use another server from now on.
    SERVER_MOVED(0x9D, CONNACK, DISCONNECT),
    /// The server has no shared subscriptions.
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, SUBACK, DISCONNECT),
    /// Too many connections a second.
    CONNECTION_RATE_EXCEEDED(0x9F, CONNACK, DISCONNECT),
    /// The time this connection was authorized for is over.
    MAXIMUM_CONNECT_TIME(0xA0, DISCONNECT),
    /// The server has no subscription identifiers.
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, SUBACK, DISCONNECT),
    /// The server has no wildcard subscriptions.
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, SUBACK, DISCONNECT);

    private static final ReasonCode[] BY_VALUE = new ReasonCode[256];

    static {
        for (ReasonCode reason : values()) {
            BY_VALUE[reason.value] = reason;
        }
    }

    private final int value;
    private final int packets;

    ReasonCode(int value, PacketType... packets) {
        this.value = value;
        int bits = 0;
        for (PacketType packet : packets) {
            bits |= 1 << packet.value();
        }
        this.packets = bits;
    }

    /// The byte on the wire.
    ///
    /// @return 0x00 to 0xA2
    public int value() {
        return value;
    }

    /// Whether it says that something failed.
    ///
    /// @return true from 0x80 on
    public boolean isError() {
        return value >= 0x80;
    }

    /// Whether a packet of that type may carry this code, e.g. [MQTT-3.4.2-1].
    ///
    /// @param packet a type with a reason code; for others the answer is false
    /// @return true if section 2.4 of MQTT 5.0 lists it
    public boolean allowedIn(PacketType packet) {
        return (packets & 1 << packet.value()) != 0;
    }

    /// Finds a code by its byte.
    ///
    /// @param value 0 to 255
    /// @return the code, or null if MQTT 5.0 has none with this value
    public static ReasonCode of(int value) {
        return value >= 0 && value < BY_VALUE.length ? BY_VALUE[value] : null;
    }

    /// The code with which SUBACK grants a QoS.
    ///
    /// @param qos 0, 1 or 2
    /// @return [#SUCCESS], [#GRANTED_QOS_1] or [#GRANTED_QOS_2]
    /// @throws IllegalArgumentException for any other QoS
    public static ReasonCode grantedQos(int qos) {
        return switch (qos) {
            case 0 -> SUCCESS;
            case 1 -> GRANTED_QOS_1;
            case 2 -> GRANTED_QOS_2;
            default -> throw new IllegalArgumentException("QoS " + qos + " is not in 0 to 2");
        };
    }
}
