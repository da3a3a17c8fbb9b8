package io.tern.wire.codec;

import io.tern.wire.MqttVersion;
import io.tern.wire.PacketType;
import io.tern.wire.ReasonCode;

/// What differs between the versions on the wire. Readers and writers ask here and never look at the version itself.
enum Dialect {
    /// Before CONNECT: nothing but CONNECT is understood.
    UNKNOWN(null, false, true),
    /// DUP and QoS bits in headers other than PUBLISH, no reserved bits that anybody checked.
    V3_1(MqttVersion.V3_1, false, false),
    /// Reserved bits count.
    V3_1_1(MqttVersion.V3_1_1, true, false),
    /// Properties and reason codes.
    V5(MqttVersion.V5, true, true);

    private static final ReasonCode[] REASON_BY_RETURN_CODE = {
        ReasonCode.SUCCESS,
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
        ReasonCode.SERVER_UNAVAILABLE,
        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        ReasonCode.NOT_AUTHORIZED
    };

    private final MqttVersion version;
    private final boolean[] acceptedByServer = new boolean[256];
    private final boolean[] acceptedByClient = new boolean[256];
    /// Bits that the standard reserves are refused if they are set.
    final boolean reservedBitsCount;
    /// Packets have properties and reason codes, and a password may come alone.
    final boolean hasProperties;

    Dialect(MqttVersion version, boolean reservedBitsCount, boolean hasProperties) {
        this.version = version;
        this.reservedBitsCount = reservedBitsCount;
        this.hasProperties = hasProperties;
        for (int first = 0; first < 256; first++) {
            acceptedByServer[first] = brokenByFirst(first, Decoder.Receiver.SERVER) == null;
            acceptedByClient[first] = brokenByFirst(first, Decoder.Receiver.CLIENT) == null;
        }
    }

    static Dialect of(MqttVersion version) {
        return switch (version) {
            case V3_1 -> V3_1;
            case V3_1_1 -> V3_1_1;
            case V5 -> V5;
        };
    }

    MqttVersion version() {
        return version;
    }

    /// Whether an integer in more bytes than needed is refused [MQTT-1.5.5-1]; 3.x doesn't say so.
    boolean integersAreMinimal() {
        return version == MqttVersion.V5;
    }

    WireException fault(Rule rule) {
        return new WireException(rule.reason(), hasProperties ? rule.statementOf5() : rule.statementOf311(), version,
                rule.text());
    }

    /// Whether the first header byte is right for that receiver: the whole check in one look.
    boolean accepts(int first, Decoder.Receiver receiver) {
        return (receiver == Decoder.Receiver.SERVER ? acceptedByServer : acceptedByClient)[first & 0xFF];
    }

    /// What is wrong with the first header byte. Before CONNECT has said its version, nothing is known of its flags.
    ///
    /// @return null if nothing is
    Rule brokenByFirst(int first, Decoder.Receiver receiver) {
        PacketType type = PacketType.of(first >> 4 & 0xF);
        Rule broken = brokenByType(type, receiver);
        return broken == null && version != null ? brokenByFlags(type, first & 0xF) : broken;
    }

    /// Checks bits 3-0 of the first header byte.
    ///
    /// @return null if they are right
    Rule brokenByFlags(PacketType type, int flags) {
        return switch (type) {
            case PUBLISH -> {
                if ((flags & 0b0110) == 0b0110) {
                    yield Rule.QOS_3;
                }
                yield reservedBitsCount && (flags & 0b1110) == 0b1000 ? Rule.DUP_AT_QOS_0 : null;
            }
            case PUBREL -> isRequest(flags) ? null : Rule.PUBREL_FLAGS;
            case SUBSCRIBE -> isRequest(flags) ? null : Rule.SUBSCRIBE_FLAGS;
            case UNSUBSCRIBE -> isRequest(flags) ? null : Rule.UNSUBSCRIBE_FLAGS;
            case DISCONNECT -> isZero(flags) ? null : Rule.DISCONNECT_FLAGS;
            case AUTH -> isZero(flags) ? null : Rule.AUTH_FLAGS;
            case CONNECT, CONNACK, PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGREQ, PINGRESP ->
                isZero(flags) ? null : Rule.RESERVED_FLAGS;
        };
    }

    /// In 3.1 these packets had a QoS of 1 and a DUP flag of their own.
    private boolean isRequest(int flags) {
        return (reservedBitsCount ? flags : flags & 0b0111) == 0b0010;
    }

    private boolean isZero(int flags) {
        return flags == 0 || !reservedBitsCount;
    }

    /// Whether packets of that type exist and are sent to that side now.
    ///
    /// @param type null for the forbidden type 0
    /// @return null if so
    private Rule brokenByType(PacketType type, Decoder.Receiver receiver) {
        if (version == null) {
            return type == PacketType.CONNECT ? null : Rule.FIRST_NOT_CONNECT;
        }
        if (type == null) {
            return Rule.TYPE_FORBIDDEN;
        }
        boolean toServer = receiver == Decoder.Receiver.SERVER;
        return switch (type) {
            case PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP -> null;
            case CONNECT -> toServer ? Rule.SECOND_CONNECT : Rule.WRONG_DIRECTION;
            case SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> toServer ? null : Rule.WRONG_DIRECTION;
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> toServer ? Rule.WRONG_DIRECTION : null;
            case DISCONNECT -> toServer || hasProperties ? null : Rule.WRONG_DIRECTION;
            case AUTH -> hasProperties ? null : Rule.TYPE_FORBIDDEN;
        };
    }

    /// Reads the second byte of CONNACK.
    ///
    /// @return null if it isn't allowed there
    ReasonCode connAckReason(int code) {
        if (!hasProperties) {
            return code < REASON_BY_RETURN_CODE.length ? REASON_BY_RETURN_CODE[code] : null;
        }
        return allowed(PacketType.CONNACK, code);
    }

    /// The second byte of CONNACK. 3.x has five failures to choose from.
    int connAckCode(ReasonCode reason) {
        if (hasProperties) {
            return reason.value();
        }
        return switch (reason) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION, MALFORMED_PACKET, PROTOCOL_ERROR -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD, TOPIC_NAME_INVALID, PACKET_TOO_LARGE,
                PAYLOAD_FORMAT_INVALID, RETAIN_NOT_SUPPORTED, QOS_NOT_SUPPORTED -> 5;
            default -> 3;
        };
    }

    /// Reads a byte of SUBACK's payload.
    ///
    /// @return null if it isn't allowed there
    ReasonCode subAckReason(int code) {
        if (!hasProperties && code > 2 && code != 0x80) {
            return null;
        }
        return allowed(PacketType.SUBACK, code);
    }

    /// A byte of SUBACK's payload. 3.x has one failure.
    int subAckCode(ReasonCode reason) {
        return hasProperties || !reason.isError() ? reason.value() : 0x80;
    }

    /// Finds a reason code that a packet may carry.
    ///
    /// @return null if there is none
    static ReasonCode allowed(PacketType type, int code) {
        ReasonCode reason = ReasonCode.of(code);
        return reason != null && reason.allowedIn(type) ? reason : null;
    }
}
