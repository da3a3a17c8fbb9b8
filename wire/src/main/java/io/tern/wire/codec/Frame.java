package io.tern.wire.codec;

import io.tern.wire.PacketType;
import io.tern.wire.Properties;

/// What the writers share: fixed header and properties.
final class Frame {

    private Frame() {
    }

    /// Writes the fixed header of any packet but PUBLISH and makes room for the rest.
    static void begin(ByteWriter out, PacketType type, int bodyBytes) {
        int flags = switch (type) {
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0b0010;
            case CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT,
                AUTH -> 0;
        };
        out.ensure(bytes(bodyBytes));
        out.writeByte(type.value() << 4 | flags);
        out.writeVarInt(bodyBytes);
    }

    /// Size of a packet with a body of that size.
    static int bytes(int bodyBytes) {
        return 1 + ByteWriter.varIntBytes(bodyBytes) + bodyBytes;
    }

    /// Size of Property Length and properties; nothing in 3.x.
    static int propertiesBytes(Dialect dialect, Properties properties) {
        if (!dialect.hasProperties) {
            return 0;
        }
        int bytes = properties.encoded().length;
        return ByteWriter.varIntBytes(bytes) + bytes;
    }

    /// Writes Property Length and properties [MQTT-2.2.2-1]; nothing in 3.x.
    static void writeProperties(ByteWriter out, Dialect dialect, Properties properties) {
        if (dialect.hasProperties) {
            out.writeVarInt(properties.encoded().length);
            out.writeBytes(properties.encoded());
        }
    }
}
