package io.tern.wire.codec;

import io.tern.wire.PacketType;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import io.tern.wire.Utf8;

/// Writes SUBSCRIBE, UNSUBSCRIBE and their answers.
final class SubscribeWriter {

    private SubscribeWriter() {
    }

    static int bodyBytes(Dialect dialect, Subscribe subscribe) {
        int bytes = 2 + Frame.propertiesBytes(dialect, subscribe.properties());
        for (Subscribe.Item item : subscribe.items()) {
            bytes += 2 + Utf8.encodedBytes(item.filter().value()) + 1;
        }
        return bytes;
    }

    static void write(ByteWriter out, Dialect dialect, Subscribe subscribe) {
        Frame.begin(out, PacketType.SUBSCRIBE, bodyBytes(dialect, subscribe));
        out.writeShort(subscribe.packetId());
        Frame.writeProperties(out, dialect, subscribe.properties());
        for (Subscribe.Item item : subscribe.items()) {
            out.writeString(item.filter().value());
            out.writeByte(dialect.hasProperties ? options(item) : item.qos());
        }
    }

    private static int options(Subscribe.Item item) {
        return item.qos() | (item.noLocal() ? 0x04 : 0) | (item.retainAsPublished() ? 0x08 : 0)
                | item.retainHandling() << 4;
    }

    static int bodyBytes(Dialect dialect, Unsubscribe unsubscribe) {
        int bytes = 2 + Frame.propertiesBytes(dialect, unsubscribe.properties());
        for (TopicFilter filter : unsubscribe.filters()) {
            bytes += 2 + Utf8.encodedBytes(filter.value());
        }
        return bytes;
    }

    static void write(ByteWriter out, Dialect dialect, Unsubscribe unsubscribe) {
        Frame.begin(out, PacketType.UNSUBSCRIBE, bodyBytes(dialect, unsubscribe));
        out.writeShort(unsubscribe.packetId());
        Frame.writeProperties(out, dialect, unsubscribe.properties());
        for (TopicFilter filter : unsubscribe.filters()) {
            out.writeString(filter.value());
        }
    }

    static int bodyBytes(Dialect dialect, SubAck subAck) {
        return 2 + Frame.propertiesBytes(dialect, subAck.properties()) + subAck.reasons().size();
    }

    static void write(ByteWriter out, Dialect dialect, SubAck subAck) {
        Frame.begin(out, PacketType.SUBACK, bodyBytes(dialect, subAck));
        out.writeShort(subAck.packetId());
        Frame.writeProperties(out, dialect, subAck.properties());
        for (int i = 0; i < subAck.reasons().size(); i++) {
            out.writeByte(dialect.subAckCode(subAck.reasons().get(i)));
        }
    }

    static int bodyBytes(Dialect dialect, UnsubAck unsubAck) {
        int reasons = dialect.hasProperties ? unsubAck.reasons().size() : 0;
        return 2 + Frame.propertiesBytes(dialect, unsubAck.properties()) + reasons;
    }

    static void write(ByteWriter out, Dialect dialect, UnsubAck unsubAck) {
        Frame.begin(out, PacketType.UNSUBACK, bodyBytes(dialect, unsubAck));
        out.writeShort(unsubAck.packetId());
        Frame.writeProperties(out, dialect, unsubAck.properties());
        if (dialect.hasProperties) {
            for (int i = 0; i < unsubAck.reasons().size(); i++) {
                out.writeByte(unsubAck.reasons().get(i).value());
            }
        }
    }
}
