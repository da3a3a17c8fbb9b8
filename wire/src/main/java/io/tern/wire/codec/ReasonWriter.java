package io.tern.wire.codec;

import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;

/// Writes the packets that are a reason code and properties behind a packet identifier or behind nothing: PUBACK,
/// PUBREC, PUBREL, PUBCOMP, DISCONNECT and AUTH. In 5.0 what says nothing is left out, in 3.x all of it.
final class ReasonWriter {

    private ReasonWriter() {
    }

    /// @param packetId 0 if the packet has none
    static int bodyBytes(Dialect dialect, int packetId, ReasonCode reason, Properties properties) {
        int idBytes = packetId == 0 ? 0 : 2;
        if (!dialect.hasProperties || reason == ReasonCode.SUCCESS && properties.isEmpty()) {
            return idBytes;
        }
        return idBytes + 1 + (properties.isEmpty() ? 0 : Frame.propertiesBytes(dialect, properties));
    }

    static void write(ByteWriter out, Dialect dialect, PacketType type, int packetId, ReasonCode reason,
            Properties properties) {
        int bodyBytes = bodyBytes(dialect, packetId, reason, properties);
        Frame.begin(out, type, bodyBytes);
        int idBytes = packetId == 0 ? 0 : 2;
        if (packetId != 0) {
            out.writeShort(packetId);
        }
        if (bodyBytes > idBytes) {
            out.writeByte(reason.value());
        }
        if (bodyBytes > idBytes + 1) {
            Frame.writeProperties(out, dialect, properties);
        }
    }
}
