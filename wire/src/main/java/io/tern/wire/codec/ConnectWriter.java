package io.tern.wire.codec;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.PacketType;
import io.tern.wire.Utf8;
import io.tern.wire.Will;

/// Writes CONNECT and CONNACK.
final class ConnectWriter {

    private static final int BRIDGE = 0x80;

    private ConnectWriter() {
    }

    static int bodyBytes(Connect connect) {
        Dialect dialect = Dialect.of(connect.version());
        if (!dialect.hasProperties && connect.password() != null && connect.userName() == null) {
            throw new IllegalArgumentException("a password without a user name [MQTT-3.1.2-22 of 3.1.1]");
        }
        // Name with its length, level, flags, keep alive.
        int bytes = 2 + connect.version().protocolName().length() + 1 + 1 + 2;
        bytes += Frame.propertiesBytes(dialect, connect.properties());
        bytes += 2 + Utf8.encodedBytes(connect.clientId());
        Will will = connect.will();
        if (will != null) {
            bytes += Frame.propertiesBytes(dialect, will.properties());
            bytes += 2 + will.topic().utf8().length + 2 + will.payload().length;
        }
        if (connect.userName() != null) {
            bytes += 2 + Utf8.encodedBytes(connect.userName());
        }
        if (connect.password() != null) {
            bytes += 2 + connect.password().length;
        }
        return bytes;
    }

    static void write(ByteWriter out, Connect connect) {
        Dialect dialect = Dialect.of(connect.version());
        Frame.begin(out, PacketType.CONNECT, bodyBytes(connect));
        out.writeString(connect.version().protocolName());
        out.writeByte(connect.version().level() | (connect.bridge() ? BRIDGE : 0));
        out.writeByte(flags(connect));
        out.writeShort(connect.keepAliveSeconds());
        Frame.writeProperties(out, dialect, connect.properties());
        out.writeString(connect.clientId());
        Will will = connect.will();
        if (will != null) {
            Frame.writeProperties(out, dialect, will.properties());
            out.writeBinary(will.topic().utf8());
            out.writeBinary(will.payload());
        }
        if (connect.userName() != null) {
            out.writeString(connect.userName());
        }
        if (connect.password() != null) {
            out.writeBinary(connect.password());
        }
    }

    private static int flags(Connect connect) {
        int flags = connect.cleanStart() ? 0x02 : 0;
        Will will = connect.will();
        if (will != null) {
            flags |= 0x04 | will.qos() << 3 | (will.retain() ? 0x20 : 0);
        }
        return flags | (connect.password() != null ? 0x40 : 0) | (connect.userName() != null ? 0x80 : 0);
    }

    static int bodyBytes(Dialect dialect, ConnAck connAck) {
        return 2 + Frame.propertiesBytes(dialect, connAck.properties());
    }

    static void write(ByteWriter out, Dialect dialect, ConnAck connAck) {
        Frame.begin(out, PacketType.CONNACK, bodyBytes(dialect, connAck));
        // 3.1 knows no Session Present.
        out.writeByte(connAck.sessionPresent() && dialect.reservedBitsCount ? 1 : 0);
        out.writeByte(dialect.connAckCode(connAck.reason()));
        Frame.writeProperties(out, dialect, connAck.properties());
    }
}
