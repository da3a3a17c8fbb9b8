package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.Message;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;

/// What CONNECT asks for and CONNACK grants, in each version's words.
public final class Connecting {

    /// Client identifiers of 3.1 have at least one character; those above its 23 are taken all the same, as by others.
    private static final int NO_CHARACTERS = 0;

    private Connecting() {}

    /// Whether the packet alone is reason enough to refuse.
    ///
    /// @return null if not
    static ReasonCode refusal(Connect connect, Limits limits) {
        int length = connect.clientId().length();
        if (length == NO_CHARACTERS
                && (connect.version() == MqttVersion.V3_1
                        || connect.version() == MqttVersion.V3_1_1 && !connect.cleanStart())) {
            return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID; // [MQTT-3.1.3-8] of 3.1.1
        }
        if (length > limits.clientIdBytes()) {
            return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
        }
        if (connect.properties().has(Property.AUTHENTICATION_METHOD)) {
            return ReasonCode.BAD_AUTHENTICATION_METHOD; // [MQTT-4.12.0-1]
        }
        return null;
    }

    /// The nearest reason that CONNACK may carry [MQTT-3.2.2-8].
    static ReasonCode refusal(ReasonCode reason) {
        return switch (reason) {
            case SESSION_TAKEN_OVER -> ReasonCode.SERVER_BUSY;
            case SERVER_SHUTTING_DOWN -> ReasonCode.SERVER_UNAVAILABLE;
            default -> reason;
        };
    }

    static int keepAliveSeconds(Connect connect, Limits limits) {
        int most = limits.keepAliveSecondsMaximum();
        int asked = connect.keepAliveSeconds();
        boolean granted = most == 0 || asked != 0 && asked <= most || !connect.version().isV5();
        return granted ? asked : most;
    }

    /// How long the session is to outlive the connection: as asked for in 5.0, in 3.x by Clean Session.
    static long sessionExpirySeconds(Connect connect, Limits limits) {
        long asked = connect.version().isV5()
                ? connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)
                : connect.cleanStart() ? 0 : Limits.NEVER_EXPIRES;
        return Math.min(asked, limits.sessionExpirySecondsMaximum());
    }

    static ConnAck connAck(Connect connect, ClientInfo client, Limits limits, boolean sessionPresent) {
        // 3.1 has no such flag: the bit is reserved there.
        boolean present = sessionPresent && connect.version() != MqttVersion.V3_1;
        return new ConnAck(present, ReasonCode.SUCCESS, granted(connect, client, limits));
    }

    private static Properties granted(Connect connect, ClientInfo client, Limits limits) {
        if (!connect.version().isV5()) {
            return Properties.NONE;
        }
        Properties.Builder granted = Properties.builder();
        long expiryAsked = connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
        long expiry = sessionExpirySeconds(connect, limits);
        if (expiry != expiryAsked) {
            granted.with(Property.SESSION_EXPIRY_INTERVAL, expiry);
        }
        if (limits.receiveMaximum() < 65_535) {
            granted.with(Property.RECEIVE_MAXIMUM, limits.receiveMaximum());
        }
        granted.with(Property.MAXIMUM_PACKET_SIZE, limits.packetBytes());
        if (connect.clientId().isEmpty()) {
            granted.with(Property.ASSIGNED_CLIENT_IDENTIFIER, client.clientId()); // [MQTT-3.1.3-7]
        }
        if (limits.topicAliasMaximum() > 0) {
            granted.with(Property.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum());
        }
        int keepAlive = keepAliveSeconds(connect, limits);
        if (keepAlive != connect.keepAliveSeconds()) {
            granted.with(Property.SERVER_KEEP_ALIVE, keepAlive);
        }
        return granted.build();
    }

    /// The message that a will becomes when it is sent.
    ///
    /// @param will as in CONNECT
    /// @param clientId whose
    /// @param nowMillis the time of sending, from which its expiry counts
    /// @return the message
    public static Message message(Will will, String clientId, long nowMillis) {
        long seconds = will.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        return new Message(
                will.topic(),
                will.payload(),
                will.qos(),
                will.retain(),
                PublishInbound.forwarded(will.properties()),
                clientId,
                seconds < 0 ? Message.NEVER : nowMillis + seconds * 1000);
    }
}
