package io.tern.wire;

import java.util.List;
import java.util.Objects;

/// UNSUBSCRIBE: a client gives one or more subscriptions up.
///
/// @param packetId 1 to 65,535, repeated by the UNSUBACK
/// @param properties [Properties#NONE] in 3.x
/// @param filters at least one [MQTT-3.10.3-2], in the order sent
public record Unsubscribe(int packetId, Properties properties, List<TopicFilter> filters) implements Packet {

    /// Checks the ranges and copies the list.
    ///
    /// @throws IllegalArgumentException if the packet identifier is out of range or the list is empty
    public Unsubscribe {
        PacketId.check(packetId);
        Objects.requireNonNull(properties);
        filters = List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("UNSUBSCRIBE without a topic filter");
        }
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
