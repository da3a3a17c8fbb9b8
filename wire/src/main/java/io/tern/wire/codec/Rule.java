package io.tern.wire.codec;

import io.tern.wire.ReasonCode;

/// Everything for which a packet is refused: the reason code to close with, and the statement that was broken in the
/// numbering of 5.0 and of 3.1.1. Where a standard has no numbered statement, its section stands there.
///
/// Where 5.0 leaves the choice between 0x81 and 0x82 open, or common servers answer otherwise than it says, the code is
/// that of mosquitto: clients are tested against it.
enum Rule {
    FIRST_NOT_CONNECT(ReasonCode.PROTOCOL_ERROR, "MQTT-3.1.0-1", "MQTT-3.1.0-1", "the first packet is not CONNECT"),
    SECOND_CONNECT(ReasonCode.PROTOCOL_ERROR, "MQTT-3.1.0-2", "MQTT-3.1.0-2", "a second CONNECT"),
    TYPE_FORBIDDEN(ReasonCode.PROTOCOL_ERROR, "2.1.2", "2.2.1", "a packet type that this version doesn't have"),
    WRONG_DIRECTION(ReasonCode.PROTOCOL_ERROR, "2.1.2", "2.2.1", "a packet type that is never sent to this side"),

    RESERVED_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-2.1.3-1", "MQTT-2.2.2-2", "reserved header flags are set"),
    PUBREL_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-3.6.1-1", "MQTT-3.6.1-1", "PUBREL flags are not 0010"),
    SUBSCRIBE_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-3.8.1-1", "MQTT-3.8.1-1", "SUBSCRIBE flags are not 0010"),
    UNSUBSCRIBE_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-3.10.1-1", "MQTT-3.10.1-1", "UNSUBSCRIBE flags are not 0010"),
    DISCONNECT_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-3.14.1-1", "MQTT-3.14.1-1", "DISCONNECT flags are not 0000"),
    AUTH_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-3.15.1-1", "2.2.1", "AUTH flags are not 0000"),
    QOS_3(ReasonCode.MALFORMED_PACKET, "MQTT-3.3.1-4", "MQTT-3.3.1-4", "PUBLISH with both QoS bits set"),
    DUP_AT_QOS_0(ReasonCode.MALFORMED_PACKET, "MQTT-3.3.1-2", "MQTT-3.3.1-2", "PUBLISH of QoS 0 with DUP"),
    LENGTH_TOO_LONG(ReasonCode.MALFORMED_PACKET, "1.5.5", "2.2.3", "a length of more than four bytes"),
    LENGTH_NOT_MINIMAL(ReasonCode.MALFORMED_PACKET, "MQTT-1.5.5-1", "2.2.3", "an integer in more bytes than needed"),
    CLIENT_SENT_TOO_LARGE(ReasonCode.PACKET_TOO_LARGE, "MQTT-3.2.2-15", "2.2.3", "larger than the Maximum Packet Size"),
    SERVER_SENT_TOO_LARGE(ReasonCode.PACKET_TOO_LARGE, "MQTT-3.1.2-24", "2.2.3", "larger than the Maximum Packet Size"),
    CUT_OFF(ReasonCode.MALFORMED_PACKET, "1.2", "MQTT-4.8.0-1", "the packet ends inside a field"),
    TRAILING_BYTES(ReasonCode.MALFORMED_PACKET, "1.2", "MQTT-4.8.0-1", "bytes behind the packet's last field"),

    TEXT_ILL_FORMED(ReasonCode.MALFORMED_PACKET, "MQTT-1.5.4-1", "MQTT-1.5.3-1", "a text is not well-formed UTF-8"),
    TEXT_WITH_NULL(ReasonCode.MALFORMED_PACKET, "MQTT-1.5.4-2", "MQTT-1.5.3-2", "U+0000 in a text"),
    TEXT_DISCOURAGED(ReasonCode.MALFORMED_PACKET, "1.5.4", "1.5.3", "a control or non-character in a text"),

    PROTOCOL_NAME(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-1", "MQTT-3.1.2-1", "unknown protocol name"),
    PROTOCOL_LEVEL(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-2", "MQTT-3.1.2-2", "unknown protocol level"),
    CONNECT_FLAG_RESERVED(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-3", "MQTT-3.1.2-3", "reserved connect flag is set"),
    WILL_QOS_3(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-12", "MQTT-3.1.2-14", "will QoS 3"),
    WILL_QOS_WITHOUT_WILL(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-11", "MQTT-3.1.2-13", "will QoS without a will"),
    WILL_RETAIN_WITHOUT_WILL(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-13", "MQTT-3.1.2-15",
            "will retain without a will"),
    PASSWORD_WITHOUT_USER_NAME(ReasonCode.MALFORMED_PACKET, "3.1.2.9", "MQTT-3.1.2-22", "password without a user name"),
    CLIENT_ID_MISSING(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.3-3", "MQTT-3.1.3-3", "no client identifier"),
    CLIENT_ID_TEXT(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "MQTT-3.1.3-4", "MQTT-3.1.3-4",
            "the client identifier is not UTF-8 text"),
    WILL_MISSING(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-9", "MQTT-3.1.2-9", "will flag without a will"),
    WILL_TOPIC(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.3-11", "MQTT-3.1.3-10", "the will topic is no topic name"),
    USER_NAME_MISSING(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-17", "MQTT-3.1.2-19", "user name flag without one"),
    PASSWORD_MISSING(ReasonCode.MALFORMED_PACKET, "MQTT-3.1.2-19", "MQTT-3.1.2-21", "password flag without one"),
    DATA_WITHOUT_METHOD(ReasonCode.PROTOCOL_ERROR, "3.1.2.11.10", "2.2.1", "authentication data without a method"),

    CONNACK_FLAGS(ReasonCode.MALFORMED_PACKET, "MQTT-3.2.2-1", "3.2.2.1", "reserved connect acknowledge flags are set"),
    SESSION_WITH_FAILURE(ReasonCode.PROTOCOL_ERROR, "MQTT-3.2.2-6", "MQTT-3.2.2-4", "Session Present with a failure"),
    CONNACK_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.2.2-8", "3.2.2.3", "not a CONNACK reason"),

    TOPIC_MISSING(ReasonCode.MALFORMED_PACKET, "MQTT-3.3.2-1", "MQTT-3.3.2-1", "PUBLISH without a topic name"),
    TOPIC_EMPTY(ReasonCode.MALFORMED_PACKET, "MQTT-4.7.3-1", "MQTT-4.7.3-1", "empty topic name and no alias"),
    TOPIC_WILDCARD(ReasonCode.MALFORMED_PACKET, "MQTT-3.3.2-2", "MQTT-3.3.2-2", "a wildcard in a topic name"),
    PUBLISH_ID_ZERO(ReasonCode.PROTOCOL_ERROR, "MQTT-2.2.1-3", "MQTT-2.3.1-1", "packet identifier 0"),
    IDENTIFIER_FROM_CLIENT(ReasonCode.PROTOCOL_ERROR, "MQTT-3.3.4-6", "2.2.1",
            "a client's PUBLISH with a subscription identifier"),

    ACK_ID_ZERO(ReasonCode.PROTOCOL_ERROR, "MQTT-2.2.1-5", "MQTT-2.3.1-6", "packet identifier 0"),
    PUBACK_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.4.2-1", "2.2.1", "not a PUBACK reason"),
    PUBREC_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.5.2-1", "2.2.1", "not a PUBREC reason"),
    PUBREL_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.6.2-1", "2.2.1", "not a PUBREL reason"),
    PUBCOMP_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.7.2-1", "2.2.1", "not a PUBCOMP reason"),

    REQUEST_ID_ZERO(ReasonCode.MALFORMED_PACKET, "MQTT-2.2.1-3", "MQTT-2.3.1-1", "packet identifier 0"),
    SUBSCRIBE_EMPTY(ReasonCode.MALFORMED_PACKET, "MQTT-3.8.3-2", "MQTT-3.8.3-3", "SUBSCRIBE without a topic filter"),
    SUBSCRIBE_QOS(ReasonCode.MALFORMED_PACKET, "3.8.3.1", "3.8.3", "a subscription with QoS 3"),
    SUBSCRIBE_OPTIONS(ReasonCode.MALFORMED_PACKET, "MQTT-3.8.3-5", "3.8.3", "reserved option bits are set"),
    RETAIN_HANDLING(ReasonCode.MALFORMED_PACKET, "3.8.3.1", "2.2.1", "retain handling 3"),
    NO_LOCAL_SHARED(ReasonCode.PROTOCOL_ERROR, "MQTT-3.8.3-4", "2.2.1", "No Local on a shared subscription"),
    UNSUBSCRIBE_EMPTY(ReasonCode.MALFORMED_PACKET, "MQTT-3.10.3-2", "MQTT-3.10.3-2",
            "UNSUBSCRIBE without a topic filter"),
    FILTER_EMPTY(ReasonCode.MALFORMED_PACKET, "MQTT-4.7.3-1", "MQTT-4.7.3-1", "empty topic filter"),
    FILTER_HASH(ReasonCode.MALFORMED_PACKET, "MQTT-4.7.1-1", "MQTT-4.7.1-2", "'#' is not the filter's last level"),
    FILTER_PLUS(ReasonCode.MALFORMED_PACKET, "MQTT-4.7.1-2", "MQTT-4.7.1-3", "'+' is not a whole level of the filter"),
    SHARE_NAME(ReasonCode.MALFORMED_PACKET, "MQTT-4.8.2-1", "4.7.1", "a shared subscription without a share name"),
    SHARE_FILTER(ReasonCode.MALFORMED_PACKET, "MQTT-4.8.2-2", "4.7.1",
            "a wildcard in the share name, or no filter behind it"),
    SUBACK_ID_ZERO(ReasonCode.PROTOCOL_ERROR, "MQTT-2.2.1-6", "MQTT-2.3.1-7", "packet identifier 0"),
    SUBACK_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.9.3-2", "MQTT-3.9.3-2", "not a SUBACK reason"),
    UNSUBACK_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.11.3-2", "2.2.1", "not an UNSUBACK reason"),

    DISCONNECT_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.14.2-1", "2.2.1", "not a DISCONNECT reason"),
    EXPIRY_FROM_SERVER(ReasonCode.PROTOCOL_ERROR, "MQTT-3.14.2-2", "2.2.1",
            "a server's DISCONNECT with session expiry"),
    AUTH_REASON(ReasonCode.PROTOCOL_ERROR, "MQTT-3.15.2-1", "2.2.1", "not an AUTH reason of this side"),
    AUTH_WITHOUT_METHOD(ReasonCode.PROTOCOL_ERROR, "3.15.2.2.2", "2.2.1", "AUTH without an authentication method"),

    PROPERTIES_CUT_OFF(ReasonCode.MALFORMED_PACKET, "2.2.2.1", "2.2.1", "the properties end inside a field"),
    PROPERTY_UNKNOWN(ReasonCode.MALFORMED_PACKET, "2.2.2.2", "2.2.1", "unknown property"),
    PROPERTY_MISPLACED(ReasonCode.PROTOCOL_ERROR, "2.2.2.2", "2.2.1", "a property that this packet can't have"),
    PROPERTY_MISPLACED_IN_REQUEST(ReasonCode.MALFORMED_PACKET, "2.2.2.2", "2.2.1",
            "a property that this packet can't have"),
    PROPERTY_TWICE(ReasonCode.PROTOCOL_ERROR, "2.2.2.2", "2.2.1", "a property twice"),
    PROPERTY_RANGE(ReasonCode.PROTOCOL_ERROR, "2.2.2.2", "2.2.1", "a property's value is out of range"),
    TOPIC_ALIAS_ZERO(ReasonCode.PROTOCOL_ERROR, "MQTT-3.3.2-8", "2.2.1", "Topic Alias 0"),
    RESPONSE_TOPIC(ReasonCode.PROTOCOL_ERROR, "MQTT-3.3.2-14", "2.2.1", "the response topic is no topic name");

    private final ReasonCode reason;
    private final String statementOf5;
    private final String statementOf311;
    private final String text;

    Rule(ReasonCode reason, String statementOf5, String statementOf311, String text) {
        this.reason = reason;
        this.statementOf5 = statementOf5;
        this.statementOf311 = statementOf311;
        this.text = text;
    }

    ReasonCode reason() {
        return reason;
    }

    String statementOf5() {
        return statementOf5;
    }

    String statementOf311() {
        return statementOf311;
    }

    String text() {
        return text;
    }
}
