package io.tern.wire;

import java.util.List;
import java.util.Objects;

/// UNSUBACK: the answer to UNSUBSCRIBE, a reason for each filter.
///
/// @param packetId 1 to 65,535, that of the UNSUBSCRIBE
/// @param properties [Properties#NONE] in 3.x
/// @param reasons in the order of the filters [MQTT-3.11.3-1]; not sent in 3.x, where a receiver finds none
public record UnsubAck(int packetId, Properties properties, List<ReasonCode> reasons) implements Packet {

    /// Checks the range and copies the list.
    ///
    /// @throws IllegalArgumentException if the packet identifier is out of range
    public UnsubAck {
        PacketId.check(packetId);
        Objects.requireNonNull(properties);
        reasons = List.copyOf(reasons);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
