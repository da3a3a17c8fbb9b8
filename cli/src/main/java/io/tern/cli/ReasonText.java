package io.tern.cli;

import io.tern.wire.ReasonCode;

/// Reason codes as people read them.
final class ReasonText {

    private ReasonText() { }

    /// A reason code of 5.0, as the specification calls it.
    static String of(ReasonCode reason) {
        return switch (reason) {
            case SUCCESS -> "Success";
            case GRANTED_QOS_1 -> "Granted QoS 1";
            case GRANTED_QOS_2 -> "Granted QoS 2";
            case DISCONNECT_WITH_WILL -> "Disconnect with Will Message";
            case NO_MATCHING_SUBSCRIBERS -> "No matching subscribers";
            case NO_SUBSCRIPTION_EXISTED -> "No subscription existed";
            case CONTINUE_AUTHENTICATION -> "Continue authentication";
            case REAUTHENTICATE -> "Re-authenticate";
            case UNSPECIFIED_ERROR -> "Unspecified error";
            case MALFORMED_PACKET -> "Malformed Packet";
            case PROTOCOL_ERROR -> "Protocol Error";
            case IMPLEMENTATION_SPECIFIC_ERROR -> "Implementation specific error";
            case UNSUPPORTED_PROTOCOL_VERSION -> "Unsupported Protocol Version. Try connecting to an MQTT v5 broker,"
                    + " or use MQTT v3.x mode.";
            case CLIENT_IDENTIFIER_NOT_VALID -> "Client Identifier not valid";
            case BAD_USER_NAME_OR_PASSWORD -> "Bad User Name or Password";
            case NOT_AUTHORIZED -> "Not authorized";
            case SERVER_UNAVAILABLE -> "Server unavailable";
            case SERVER_BUSY -> "Server busy";
            case BANNED -> "Banned";
            case SERVER_SHUTTING_DOWN -> "Server shutting down";
            case BAD_AUTHENTICATION_METHOD -> "Bad authentication method";
            case KEEP_ALIVE_TIMEOUT -> "Keep Alive timeout";
            case SESSION_TAKEN_OVER -> "Session taken over";
            case TOPIC_FILTER_INVALID -> "Topic Filter invalid";
            case TOPIC_NAME_INVALID -> "Topic Name invalid";
            case PACKET_IDENTIFIER_IN_USE -> "Packet Identifier in use";
            case PACKET_IDENTIFIER_NOT_FOUND -> "Packet Identifier not found";
            case RECEIVE_MAXIMUM_EXCEEDED -> "Receive Maximum exceeded";
            case TOPIC_ALIAS_INVALID -> "Topic Alias invalid";
            case PACKET_TOO_LARGE -> "Packet too large";
            case MESSAGE_RATE_TOO_HIGH -> "Message rate too high";
            case QUOTA_EXCEEDED -> "Quota exceeded";
            case ADMINISTRATIVE_ACTION -> "Administrative action";
            case PAYLOAD_FORMAT_INVALID -> "Payload format invalid";
            case RETAIN_NOT_SUPPORTED -> "Retain not supported";
            case QOS_NOT_SUPPORTED -> "QoS not supported";
            case USE_ANOTHER_SERVER -> "Use another server";
            case SERVER_MOVED -> "Server moved";
            case SHARED_SUBSCRIPTIONS_NOT_SUPPORTED -> "Shared Subscriptions not supported";
            case CONNECTION_RATE_EXCEEDED -> "Connection rate exceeded";
            case MAXIMUM_CONNECT_TIME -> "Maximum connect time";
            case SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED -> "Subscription identifiers not supported";
            case WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED -> "Wildcard Subscriptions not supported";
        };
    }

    /// The return code of a CONNACK of 3.x.
    static int returnCode(ReasonCode reason) {
        return switch (reason) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case SERVER_UNAVAILABLE -> 3;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED -> 5;
            default -> reason.value();
        };
    }

    /// What a return code of 3.x means.
    static String ofReturnCode(int code) {
        return "Connection Refused: " + switch (code) {
            case 1 -> "unacceptable protocol version.";
            case 2 -> "identifier rejected.";
            case 3 -> "broker unavailable.";
            case 4 -> "bad user name or password.";
            case 5 -> "not authorised.";
            default -> "unknown reason.";
        };
    }
}
