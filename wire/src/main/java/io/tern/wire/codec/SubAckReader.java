package io.tern.wire.codec;

import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.UnsubAck;
import java.util.ArrayList;
import java.util.List;

/// Reads SUBACK and UNSUBACK.
final class SubAckReader {

    private SubAckReader() {
    }

    static SubAck readSubAck(Cursor in) throws WireException {
        int packetId = in.readPacketId(Rule.SUBACK_ID_ZERO);
        Properties properties = PropertiesReader.read(in, PacketType.SUBACK);
        List<ReasonCode> reasons = new ArrayList<>(in.left());
        while (in.left() > 0) {
            ReasonCode reason = in.dialect.subAckReason(in.readByte());
            if (reason == null) {
                throw in.fault(Rule.SUBACK_REASON);
            }
            reasons.add(reason);
        }
        return new SubAck(packetId, properties, reasons);
    }

    static UnsubAck readUnsubAck(Cursor in) throws WireException {
        int packetId = in.readPacketId(Rule.SUBACK_ID_ZERO);
        if (!in.dialect.hasProperties) {
            in.finish();
            return new UnsubAck(packetId, Properties.NONE, List.of());
        }
        Properties properties = PropertiesReader.read(in, PacketType.UNSUBACK);
        List<ReasonCode> reasons = new ArrayList<>(in.left());
        while (in.left() > 0) {
            ReasonCode reason = Dialect.allowed(PacketType.UNSUBACK, in.readByte());
            if (reason == null) {
                throw in.fault(Rule.UNSUBACK_REASON);
            }
            reasons.add(reason);
        }
        return new UnsubAck(packetId, properties, reasons);
    }
}
