package io.tern.wire.codec;

import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import java.util.Arrays;

/// Reads PUBLISH, the hot way into a server.
///
/// Remembers the last topic: most publishers repeat themselves, and then neither the check nor the name is made again.
final class PublishReader {

    /// Longer topics are not remembered: each connection could be made to hold the longest there is.
    private static final int KEPT_TOPIC_BYTES = 256;

    private final boolean server;
    private TopicName lastTopic = TopicName.EMPTY;

    PublishReader(boolean server) {
        this.server = server;
    }

    Publish read(Cursor in, int flags) throws WireException {
        int qos = flags >> 1 & 3;
        // Only 3.1 lets DUP come with QoS 0, where it means nothing.
        boolean dup = (flags & 0b1000) != 0 && qos > 0;
        TopicName topic = readTopic(in);
        int packetId = qos > 0 ? in.readPacketId(Rule.PUBLISH_ID_ZERO) : 0;
        Properties properties = PropertiesReader.read(in, PacketType.PUBLISH);
        if (topic == TopicName.EMPTY && !properties.has(Property.TOPIC_ALIAS)) {
            throw in.fault(Rule.TOPIC_EMPTY);
        }
        if (server && properties.has(Property.SUBSCRIPTION_IDENTIFIER)) {
            throw in.fault(Rule.IDENTIFIER_FROM_CLIENT);
        }
        return new Publish(dup, qos, (flags & 1) != 0, topic, packetId, properties, in.readRest());
    }

    private TopicName readTopic(Cursor in) throws WireException {
        int length = in.readLength(Rule.TOPIC_MISSING);
        if (length == 0) {
            return TopicName.EMPTY;
        }
        int start = in.at;
        in.at += length;
        byte[] last = lastTopic.utf8();
        if (last.length == length && Arrays.equals(last, 0, length, in.src, start, in.at)) {
            return lastTopic;
        }
        in.checkText(start, length, Rule.TEXT_ILL_FORMED);
        if (in.hasWildcard(start, length)) {
            throw in.fault(Rule.TOPIC_WILDCARD);
        }
        TopicName topic = TopicName.ofUtf8(in.src, start, length);
        if (length <= KEPT_TOPIC_BYTES) {
            lastTopic = topic;
        }
        return topic;
    }
}
