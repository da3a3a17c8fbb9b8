package io.tern.wire.codec;

import io.tern.wire.Packet;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.ReasonCode;

/// Reads PUBACK, PUBREC, PUBREL and PUBCOMP, which look the same: in 5.0 reason code and properties may be left out.
final class AckReader {

    private AckReader() {
    }

    static Packet read(Cursor in, PacketType type) throws WireException {
        int packetId = in.readPacketId(Rule.ACK_ID_ZERO);
        ReasonCode reason = ReasonCode.SUCCESS;
        Properties properties = Properties.NONE;
        if (in.left() > 0 && in.dialect.hasProperties) {
            reason = Dialect.allowed(type, in.readByte());
            if (reason == null) {
                throw in.fault(brokenByReason(type));
            }
            if (in.left() > 0) {
                properties = PropertiesReader.read(in, type);
            }
        }
        in.finish();
        return switch (type) {
            case PUBACK -> new PubAck(packetId, reason, properties);
            case PUBREC -> new PubRec(packetId, reason, properties);
            case PUBREL -> new PubRel(packetId, reason, properties);
            case PUBCOMP -> new PubComp(packetId, reason, properties);
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private static Rule brokenByReason(PacketType type) {
        return switch (type) {
            case PUBACK -> Rule.PUBACK_REASON;
            case PUBREC -> Rule.PUBREC_REASON;
            case PUBREL -> Rule.PUBREL_REASON;
            case PUBCOMP -> Rule.PUBCOMP_REASON;
            default -> throw new IllegalArgumentException(type.toString());
        };
    }
}
