package io.tern.wire;

import java.util.List;
import java.util.Objects;

/// SUBACK: the answer to SUBSCRIBE, a reason for each filter.
///
/// @param packetId 1 to 65,535, that of the SUBSCRIBE
/// @param properties [Properties#NONE] in 3.x
/// @param reasons in the order of the filters [MQTT-3.9.3-1]; in 3.x every failure is sent as 0x80
public record SubAck(int packetId, Properties properties, List<ReasonCode> reasons) implements Packet {

    /// Checks the range and copies the list.
    ///
    /// @throws IllegalArgumentException if the packet identifier is out of range
    public SubAck {
        PacketId.check(packetId);
        Objects.requireNonNull(properties);
        reasons = List.copyOf(reasons);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
