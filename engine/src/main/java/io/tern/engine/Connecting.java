package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.Message;
import io.tern.engine.inbound.PublishInbound;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Names;
import io.tern.engine.rules.Refusal;
import io.tern.engine.rules.Strictness;
import io.tern.engine.rules.Topics;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Delayed;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PointToPoint;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;
import java.util.function.Consumer;

/// What CONNECT asks for and CONNACK grants, in each version's words.
public final class Connecting {

    /// Longest client identifier of 3.1. Unit: characters.
    private static final int V3_1_CLIENT_ID_MAX = 23;
    /// User property with which a client of 5.0 asks how safe what is acknowledged is.
    private static final String DURABILITY = "tern-durability";

    private Connecting() {}

    /// Whether the packet alone is reason enough to refuse.
    ///
    /// @return null if not
    static Refusal refusal(Connect connect, Limits limits, ListenerRules rules) {
        if (connect.bridge() && rules.bridgeLevel() == Strictness.ENFORCE) {
            return new Refusal(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "the protocol level of a bridge");
        }
        String fault = illegalClientId(connect, rules)
                ? "a client identifier of " + connect.clientId().length() + " characters"
                : Names.fault(connect.clientId(), limits);
        if (fault != null) {
            return new Refusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, fault);
        }
        return connect.will() == null ? null : refusal(connect.will(), limits, rules);
    }

    private static Refusal refusal(Will will, Limits limits, ListenerRules rules) {
        if (will.qos() > rules.maximumQos()) {
            return new Refusal(ReasonCode.QOS_NOT_SUPPORTED, // [MQTT-3.2.2-12]
                    "a will of QoS " + will.qos() + " where QoS " + rules.maximumQos() + " is the highest");
        }
        if (isRetained(will) && !rules.retainAvailable()) {
            // [MQTT-3.2.2-13]
            return new Refusal(ReasonCode.RETAIN_NOT_SUPPORTED, "a will to be retained where nothing is retained");
        }
        Refusal refusal = Topics.refusal(limits, will.topic());
        if (refusal != null) {
            return refusal;
        }
        return PublishInbound.wellFormed(will.properties(), will.payload())
                ? null
                : new Refusal(ReasonCode.PAYLOAD_FORMAT_INVALID, "the will is said to be UTF-8, but is not");
    }

    private static boolean illegalClientId(Connect connect, ListenerRules rules) {
        int length = connect.clientId().length();
        return switch (connect.version()) {
            case V3_1 -> length == 0 && rules.clientIds() != Strictness.OBSERVE
                    || length > V3_1_CLIENT_ID_MAX && rules.clientIds() == Strictness.ENFORCE;
            case V3_1_1 -> length == 0 && !connect.cleanStart(); // [MQTT-3.1.3-8] of 3.1.1
            case V5 -> false;
        };
    }

    /// Says which rules the packet breaks that a client of this listener may break.
    static void irregularities(Connect connect, ListenerRules rules, Consumer<Irregularity> each) {
        if (connect.bridge() && rules.bridgeLevel() == Strictness.WARN) {
            each.accept(Irregularity.BRIDGE_LEVEL);
        }
        if (connect.version() == MqttVersion.V3_1
                && connect.clientId().length() > V3_1_CLIENT_ID_MAX
                && rules.clientIds() == Strictness.WARN) {
            each.accept(Irregularity.CLIENT_ID);
        }
    }

    /// The nearest reason that CONNACK may carry [MQTT-3.2.2-8].
    static ReasonCode refusal(ReasonCode reason) {
        return switch (reason) {
            case SESSION_TAKEN_OVER -> ReasonCode.SERVER_BUSY;
            case SERVER_SHUTTING_DOWN, KEEP_ALIVE_TIMEOUT -> ReasonCode.SERVER_UNAVAILABLE;
            default -> reason;
        };
    }

    /// What a client hears last, so that it knows why its connection is closed.
    ///
    /// @param version that it speaks, null if that isn't known
    /// @param open whether it was let in
    /// @param why properties of that packet
    /// @return null if its version has no words for it
    static Packet lastWords(MqttVersion version, boolean open, ReasonCode reason, Properties why) {
        if (open) {
            return version.hasServerDisconnect() ? new Disconnect(reason, why) : null;
        }
        boolean understood = version != null
                && (version.hasProperties() || reason == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        return understood ? new ConnAck(false, refusal(reason), why) : null;
    }

    static int keepAliveSeconds(Connect connect, Limits limits) {
        int most = limits.keepAliveSecondsMaximum();
        int asked = connect.keepAliveSeconds();
        boolean granted = most == 0 || asked != 0 && asked <= most || !connect.version().hasServerKeepAlive();
        return granted ? asked : most;
    }

    /// How long the session is to outlive the connection: as asked for in 5.0, in 3.x by Clean Session.
    ///
    /// @param connect what the client asks for
    /// @param limits that are set
    /// @return seconds, 0 if it ends with the connection
    public static long sessionExpirySeconds(Connect connect, Limits limits) {
        long asked = connect.version().hasSessionExpiry()
                ? connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)
                : connect.cleanStart() ? 0 : Limits.NEVER_EXPIRES;
        return Math.min(asked, limits.sessionExpirySecondsMaximum());
    }

    static ConnAck connAck(Connect connect, boolean sessionPresent, Properties granted) {
        boolean present = sessionPresent && connect.version().hasSessionPresent();
        return new ConnAck(present, ReasonCode.SUCCESS, granted);
    }

    /// What a client is told that was let in.
    static Properties granted(Connect connect, ClientInfo client, ChannelHost host) {
        String responseInformation = connect.properties().number(Property.REQUEST_RESPONSE_INFORMATION, 0) == 0
                ? null
                : host.responseInformation(client); // [MQTT-3.1.2-28]
        Properties granted = granted(connect, client, host.limits(), host.rules(), responseInformation);
        return withDurability(granted, connect, host.durability());
    }

    /// What a client of 5.0 is told: everything that differs from what it would assume.
    private static Properties granted(
            Connect connect, ClientInfo client, Limits limits, ListenerRules rules, String responseInformation) {
        if (!connect.version().hasProperties()) {
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
        if (responseInformation != null) {
            granted.with(Property.RESPONSE_INFORMATION, responseInformation);
        }
        if (rules.maximumQos() < 2) {
            granted.with(Property.MAXIMUM_QOS, rules.maximumQos());
        }
        flag(granted, Property.RETAIN_AVAILABLE, rules.retainAvailable());
        flag(granted, Property.WILDCARD_SUBSCRIPTION_AVAILABLE, rules.wildcardSubscriptions());
        flag(granted, Property.SHARED_SUBSCRIPTION_AVAILABLE, rules.sharedSubscriptions());
        flag(granted, Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, rules.subscriptionIdentifiers());
        return granted.build();
    }

    /// Says how safe messages are to who asks for it by a user property of that name.
    private static Properties withDurability(Properties granted, Connect connect, String durability) {
        boolean asked = connect.properties().userProperties().stream()
                .anyMatch(each -> each.name().equals(DURABILITY));
        return asked ? granted.toBuilder().user(DURABILITY, durability).build() : granted;
    }

    private static void flag(Properties.Builder granted, Property property, boolean available) {
        if (!available) {
            granted.with(property, 0);
        }
    }

    /// CONNACK ends an exchange of AUTH packets, if there was one [MQTT-4.12.0-5].
    static Properties with(Properties granted, Properties authentication) {
        Properties.Builder both = granted.toBuilder()
                .with(Property.AUTHENTICATION_METHOD, authentication.string(Property.AUTHENTICATION_METHOD));
        byte[] data = authentication.binary(Property.AUTHENTICATION_DATA);
        return (data == null ? both : both.with(Property.AUTHENTICATION_DATA, data)).build();
    }

    /// Whether a will is to be retained: what goes to one client is retained for nobody.
    ///
    /// @param will of a client
    /// @return as it asks for, but for that
    public static boolean isRetained(Will will) {
        return will.retain() && !PointToPoint.is(Delayed.behind(will.topic().value()));
    }

    /// How long a will waits after it was sent, by its topic.
    ///
    /// @param will of a client
    /// @return milliseconds, 0 if it doesn't; negative for a topic that an earlier version has taken, and that is none
    public static long delayMillis(Will will) {
        if (!Delayed.is(will.topic().value())) {
            return 0;
        }
        return Delayed.fault(will.topic()) == null ? Delayed.millis(will.topic()) : -1;
    }

    /// The message that a will becomes when it is sent.
    ///
    /// @param will as in CONNECT
    /// @param clientId whose
    /// @param dueMillis the time of sending or, if it waits besides, of its end, from which its expiry counts
    /// @return the message, to the topic behind its delay
    public static Message message(Will will, String clientId, long dueMillis) {
        long seconds = will.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        return new Message(
                delayMillis(will) > 0 ? Delayed.inner(will.topic()) : will.topic(),
                will.payload(),
                will.qos(),
                isRetained(will),
                PublishInbound.forwarded(will.properties()),
                clientId,
                seconds < 0 ? Message.NEVER : dueMillis + seconds * 1000);
    }
}
