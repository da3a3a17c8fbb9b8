package io.tern.engine.outbound;

import io.tern.api.Message;
import io.tern.wire.MqttVersion;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;

/// Encodes PUBLISH, once for all receivers that get the same bytes, and patches what differs: the packet identifier.
///
/// One per shard. It remembers the frames of the last message, one for each mixture of version, quality of service and
/// RETAIN; a fan-out therefore costs one encoding and a copy per receiver. Frames that carry what belongs to one
/// receiver or one moment (subscription identifiers, what is left of the expiry, DUP) are encoded each time.
public final class PublishFrames {

    /// A buffer that has grown beyond this is let go after its message.
    private static final int KEPT_BYTES = 64 * 1024;

    private static final int VARIANTS = 16;

    private final ByteWriter[] frames = new ByteWriter[VARIANTS];
    private final int[] idOffsets = new int[VARIANTS];
    private int valid;
    private Message message;
    private ByteWriter single = new ByteWriter(256);

    /// An encoder that remembers nothing yet.
    public PublishFrames() {}

    /// Forgets the last message, so that its memory can go.
    public void forget() {
        message = null;
        valid = 0;
    }

    /// Writes one PUBLISH.
    ///
    /// @param receiver to whom; its version and Maximum Packet Size count
    /// @param sent the message
    /// @param qos 0 to 2, as agreed with the receiver
    /// @param dup whether it was sent before [MQTT-3.3.1-1]
    /// @param retain the RETAIN flag to send
    /// @param packetId 1 to 65,535; 0 at QoS 0
    /// @param identifiers subscription identifiers, or null
    /// @param nowMillis the time, for what is left of its expiry
    /// @return false if it is larger than the receiver takes; nothing was written [MQTT-3.1.2-24]
    public boolean write(
            Receiver receiver,
            Message sent,
            int qos,
            boolean dup,
            boolean retain,
            int packetId,
            int[] identifiers,
            long nowMillis) {
        MqttVersion version = receiver.version();
        ByteWriter frame;
        int idOffset;
        TopicAliases aliases = receiver.topicAliases();
        int alias = aliases == null ? 0 : aliases.use(sent.topic(), qos);
        boolean own = alias != 0
                || dup
                || version.hasProperties() && (identifiers != null || sent.expiresAtMillis() != Message.NEVER);
        if (own) {
            if (single.array().length > KEPT_BYTES) {
                single = new ByteWriter(256);
            }
            frame = single;
            frame.reset();
            idOffset = encode(frame, version, sent, qos, dup, retain, packetId, identifiers, alias, nowMillis);
        } else {
            int variant = (version.hasProperties() ? 8 : 0) | (retain ? 4 : 0) | qos;
            frame = shared(variant, version, sent, qos, retain, packetId, nowMillis);
            idOffset = idOffsets[variant];
        }
        if (alias < 0 && frame.size() > receiver.maximumPacketBytes()) {
            aliases.forget(sent.topic()); // Without the alias it may fit.
            frame.reset();
            idOffset = encode(frame, version, sent, qos, dup, retain, packetId, identifiers, 0, nowMillis);
        }
        if (frame.size() > receiver.maximumPacketBytes()) {
            return false;
        }
        byte[] bytes = frame.array();
        if (qos > 0) {
            bytes[idOffset] = (byte) (packetId >> 8);
            bytes[idOffset + 1] = (byte) packetId;
        }
        receiver.outlet().write(bytes, 0, frame.size());
        return true;
    }

    private ByteWriter shared(
            int variant, MqttVersion version, Message sent, int qos, boolean retain, int packetId, long nowMillis) {
        if (message != sent) {
            message = sent;
            valid = 0;
        }
        ByteWriter frame = frames[variant];
        if ((valid & 1 << variant) == 0) {
            if (frame == null || frame.array().length > KEPT_BYTES) {
                frame = new ByteWriter(256);
                frames[variant] = frame;
            }
            frame.reset();
            idOffsets[variant] = encode(frame, version, sent, qos, false, retain, packetId, null, 0, nowMillis);
            valid |= 1 << variant;
        }
        return frame;
    }

    private static int encode(
            ByteWriter to,
            MqttVersion version,
            Message sent,
            int qos,
            boolean dup,
            boolean retain,
            int packetId,
            int[] identifiers,
            int alias,
            long nowMillis) {
        return Encoder.encodePublish(
                to,
                version,
                dup,
                qos,
                retain,
                sent.topic(),
                packetId,
                sent.properties(),
                sent.payload(),
                sent.expirySeconds(nowMillis),
                identifiers,
                Math.abs(alias),
                alias > 0);
    }
}
