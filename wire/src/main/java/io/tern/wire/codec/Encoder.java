package io.tern.wire.codec;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PacketType;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;

/// Makes bytes of packets. Keeps no state; safe on any thread, each with a [ByteWriter] of its own.
///
/// It writes what it is given: whether a property may stand in that packet, or a packet go in that direction, is the
/// business of who made the packet. What a version can't say is left out: properties in 3.x, reasons beyond its few.
public final class Encoder {

    private static final int NO_PACKET_ID = 0;
    private static final long NO_EXPIRY = -1;
    private static final int NO_ALIAS = 0;

    private Encoder() {
    }

    /// Appends a packet.
    ///
    /// @param packet any; a CONNECT brings its own version
    /// @param version that of the connection
    /// @param out takes the bytes; unchanged if the packet can't be sent
    /// @throws IllegalArgumentException if it can't be sent: a text that isn't allowed, more than 268,435,455 bytes,
    ///     AUTH in 3.x
    public static void encode(Packet packet, MqttVersion version, ByteWriter out) {
        Dialect dialect = Dialect.of(version);
        switch (packet) {
            case Publish p -> encodePublish(out, version, p.dup(), p.qos(), p.retain(), p.topic(), p.packetId(),
                    p.properties(), p.payload(), NO_EXPIRY, null, NO_ALIAS, false);
            case PubAck p -> ReasonWriter.write(out, dialect, p.type(), p.packetId(), p.reason(), p.properties());
            case PubRec p -> ReasonWriter.write(out, dialect, p.type(), p.packetId(), p.reason(), p.properties());
            case PubRel p -> ReasonWriter.write(out, dialect, p.type(), p.packetId(), p.reason(), p.properties());
            case PubComp p -> ReasonWriter.write(out, dialect, p.type(), p.packetId(), p.reason(), p.properties());
            case PingReq p -> Frame.begin(out, p.type(), 0);
            case PingResp p -> Frame.begin(out, p.type(), 0);
            case Subscribe p -> SubscribeWriter.write(out, dialect, p);
            case SubAck p -> SubscribeWriter.write(out, dialect, p);
            case Unsubscribe p -> SubscribeWriter.write(out, dialect, p);
            case UnsubAck p -> SubscribeWriter.write(out, dialect, p);
            case Connect p -> ConnectWriter.write(out, p);
            case ConnAck p -> ConnectWriter.write(out, dialect, p);
            case Disconnect p -> writeReason(out, dialect, p.type(), p.reason(), p.properties());
            case Auth p -> {
                requireAuth(dialect);
                writeReason(out, dialect, p.type(), p.reason(), p.properties());
            }
        }
    }

    private static void writeReason(ByteWriter out, Dialect dialect, PacketType type, ReasonCode reason,
            Properties properties) {
        ReasonWriter.write(out, dialect, type, NO_PACKET_ID, reason, properties);
    }

    private static void requireAuth(Dialect dialect) {
        if (!dialect.hasProperties) {
            throw new IllegalArgumentException("AUTH in " + dialect);
        }
    }

    /// The exact size that [#encode] will write.
    ///
    /// @param packet any; a CONNECT brings its own version
    /// @param version that of the connection
    /// @return bytes of the whole packet, fixed header included
    /// @throws IllegalArgumentException if it can't be sent
    public static int encodedBytes(Packet packet, MqttVersion version) {
        Dialect dialect = Dialect.of(version);
        return switch (packet) {
            case Publish p -> publishBytes(version, p.qos(), p.topic(), p.properties(), p.payload(), NO_EXPIRY, null,
                    NO_ALIAS, false);
            case PubAck p -> reasonBytes(dialect, p.packetId(), p.reason(), p.properties());
            case PubRec p -> reasonBytes(dialect, p.packetId(), p.reason(), p.properties());
            case PubRel p -> reasonBytes(dialect, p.packetId(), p.reason(), p.properties());
            case PubComp p -> reasonBytes(dialect, p.packetId(), p.reason(), p.properties());
            case PingReq p -> Frame.bytes(0);
            case PingResp p -> Frame.bytes(0);
            case Subscribe p -> Frame.bytes(SubscribeWriter.bodyBytes(dialect, p));
            case SubAck p -> Frame.bytes(SubscribeWriter.bodyBytes(dialect, p));
            case Unsubscribe p -> Frame.bytes(SubscribeWriter.bodyBytes(dialect, p));
            case UnsubAck p -> Frame.bytes(SubscribeWriter.bodyBytes(dialect, p));
            case Connect p -> Frame.bytes(ConnectWriter.bodyBytes(p));
            case ConnAck p -> Frame.bytes(ConnectWriter.bodyBytes(dialect, p));
            case Disconnect p -> reasonBytes(dialect, NO_PACKET_ID, p.reason(), p.properties());
            case Auth p -> {
                requireAuth(dialect);
                yield reasonBytes(dialect, NO_PACKET_ID, p.reason(), p.properties());
            }
        };
    }

    private static int reasonBytes(Dialect dialect, int packetId, ReasonCode reason, Properties properties) {
        return Frame.bytes(ReasonWriter.bodyBytes(dialect, packetId, reason, properties));
    }

    /// Appends a PUBLISH without making one: nothing is allocated unless `out` must grow. What differs from receiver to
    /// receiver comes as plain arguments, in 3.x the last four but `topicOmitted` are ignored.
    ///
    /// @param out takes the bytes
    /// @param version that of the connection
    /// @param dup a repeat
    /// @param qos 0 to 2
    /// @param retain the RETAIN flag
    /// @param topic the name
    /// @param packetId 1 to 65,535, or 0 to be put in later; not written at QoS 0
    /// @param properties those to forward, without alias, expiry and subscription identifiers
    /// @param payload any bytes
    /// @param expirySeconds 0 to 4,294,967,295, or -1 for none
    /// @param subscriptionIdentifiers 1 to 268,435,455 each; null or empty for none
    /// @param topicAlias 1 to 65,535, or 0 for none
    /// @param topicOmitted send the alias alone
    /// @return offset in `out` of the packet identifier's first byte, -1 at QoS 0
    /// @throws IllegalArgumentException if the packet would be larger than MQTT allows
    public static int encodePublish(ByteWriter out, MqttVersion version, boolean dup, int qos, boolean retain,
            TopicName topic, int packetId, Properties properties, byte[] payload, long expirySeconds,
            int[] subscriptionIdentifiers, int topicAlias, boolean topicOmitted) {
        return PublishWriter.write(out, version, dup, qos, retain, topic, packetId, properties, payload, expirySeconds,
                subscriptionIdentifiers, topicAlias, topicOmitted);
    }

    /// The exact size that [#encodePublish] will write with the same arguments.
    ///
    /// @param version that of the connection
    /// @param qos 0 to 2
    /// @param topic the name
    /// @param properties those to forward
    /// @param payload any bytes
    /// @param expirySeconds -1 for none
    /// @param subscriptionIdentifiers null or empty for none
    /// @param topicAlias 0 for none
    /// @param topicOmitted send the alias alone
    /// @return bytes of the whole packet, fixed header included
    /// @throws IllegalArgumentException if the packet would be larger than MQTT allows
    public static int publishBytes(MqttVersion version, int qos, TopicName topic, Properties properties,
            byte[] payload, long expirySeconds, int[] subscriptionIdentifiers, int topicAlias, boolean topicOmitted) {
        return PublishWriter.frameBytes(version, qos, topic, properties, payload, expirySeconds,
                subscriptionIdentifiers, topicAlias, topicOmitted);
    }
}
