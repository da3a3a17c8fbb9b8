package io.tern.wire.codec;

import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;

/// Writes PUBLISH, the hot way out of a server: sizes first, then stores and array copies into room made once.
final class PublishWriter {

    private static final int DUP = 0b1000;
    private static final int RETAIN = 0b0001;

    private PublishWriter() {
    }

    static int frameBytes(MqttVersion version, int qos, TopicName topic, Properties properties, byte[] payload,
            long expirySeconds, int[] subscriptionIdentifiers, int topicAlias, boolean topicOmitted) {
        int remaining = remainingBytes(version, qos, topic, payload, topicOmitted,
                propertyBytes(version, properties, expirySeconds, subscriptionIdentifiers, topicAlias));
        return 1 + ByteWriter.varIntBytes(remaining) + remaining;
    }

    static int write(ByteWriter out, MqttVersion version, boolean dup, int qos, boolean retain, TopicName topic,
            int packetId, Properties properties, byte[] payload, long expirySeconds, int[] subscriptionIdentifiers,
            int topicAlias, boolean topicOmitted) {
        int propertyBytes = propertyBytes(version, properties, expirySeconds, subscriptionIdentifiers, topicAlias);
        int remaining = remainingBytes(version, qos, topic, payload, topicOmitted, propertyBytes);
        int at = out.claim(1 + ByteWriter.varIntBytes(remaining) + remaining);
        byte[] dst = out.array();
        dst[at++] = (byte) (0x30 | (dup ? DUP : 0) | qos << 1 | (retain ? RETAIN : 0));
        at = putVarInt(dst, at, remaining);
        byte[] name = topicOmitted ? TopicName.EMPTY.utf8() : topic.utf8();
        dst[at] = (byte) (name.length >> 8);
        dst[at + 1] = (byte) name.length;
        System.arraycopy(name, 0, dst, at + 2, name.length);
        at += 2 + name.length;
        int packetIdAt = -1;
        if (qos > 0) {
            packetIdAt = at;
            dst[at] = (byte) (packetId >> 8);
            dst[at + 1] = (byte) packetId;
            at += 2;
        }
        if (version.isV5()) {
            at = putVarInt(dst, at, propertyBytes);
            if (propertyBytes > 0) {
                at = putProperties(dst, at, properties, expirySeconds, subscriptionIdentifiers, topicAlias);
            }
        }
        System.arraycopy(payload, 0, dst, at, payload.length);
        return packetIdAt;
    }

    /// Sums that don't fit an int come out negative or are caught by the range check of Remaining Length.
    private static int remainingBytes(MqttVersion version, int qos, TopicName topic, byte[] payload,
            boolean topicOmitted, int propertyBytes) {
        int bytes = 2 + (topicOmitted ? 0 : topic.utf8().length) + (qos > 0 ? 2 : 0) + payload.length;
        return version.isV5() ? bytes + ByteWriter.varIntBytes(propertyBytes) + propertyBytes : bytes;
    }

    private static int propertyBytes(MqttVersion version, Properties properties, long expirySeconds,
            int[] subscriptionIdentifiers, int topicAlias) {
        if (!version.isV5()) {
            return 0;
        }
        int bytes = properties.encoded().length + (expirySeconds >= 0 ? 5 : 0) + (topicAlias > 0 ? 3 : 0);
        if (subscriptionIdentifiers != null) {
            for (int identifier : subscriptionIdentifiers) {
                bytes += 1 + ByteWriter.varIntBytes(identifier);
            }
        }
        return bytes;
    }

    private static int putProperties(byte[] dst, int start, Properties properties, long expirySeconds,
            int[] subscriptionIdentifiers, int topicAlias) {
        int at = start;
        byte[] encoded = properties.encoded();
        System.arraycopy(encoded, 0, dst, at, encoded.length);
        at += encoded.length;
        if (expirySeconds >= 0) {
            dst[at] = (byte) Property.MESSAGE_EXPIRY_INTERVAL.id();
            dst[at + 1] = (byte) (expirySeconds >> 24);
            dst[at + 2] = (byte) (expirySeconds >> 16);
            dst[at + 3] = (byte) (expirySeconds >> 8);
            dst[at + 4] = (byte) expirySeconds;
            at += 5;
        }
        if (topicAlias > 0) {
            dst[at] = (byte) Property.TOPIC_ALIAS.id();
            dst[at + 1] = (byte) (topicAlias >> 8);
            dst[at + 2] = (byte) topicAlias;
            at += 3;
        }
        if (subscriptionIdentifiers != null) {
            for (int identifier : subscriptionIdentifiers) {
                dst[at++] = (byte) Property.SUBSCRIPTION_IDENTIFIER.id();
                at = putVarInt(dst, at, identifier);
            }
        }
        return at;
    }

    private static int putVarInt(byte[] dst, int start, int value) {
        int at = start;
        int rest = value;
        while (rest > 0x7F) {
            dst[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        dst[at++] = (byte) rest;
        return at;
    }
}
