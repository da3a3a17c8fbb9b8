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
        filters = filters instanceof FilterList ? filters : List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("UNSUBSCRIBE without a topic filter");
        }
    }

    /// Takes in filters that a decoder has checked. If they are many they stay the bytes that they are, and each is
    /// read when it is asked for.
    ///
    /// @param packetId 1 to 65,535
    /// @param properties [Properties#NONE] in 3.x
    /// @param src holds the filters
    /// @param offset of the first byte
    /// @param end behind the last byte
    /// @param count of the filters
    /// @return with a copy of the bytes
    public static Unsubscribe ofEncoded(
            int packetId, Properties properties, byte[] src, int offset, int end, int count) {
        return new Unsubscribe(
                packetId, properties, FilterList.of(src, offset, end, count, 0, TopicFilter::ofChecked));
    }

    /// What its filters take as long as they are bytes.
    ///
    /// @return 0 if they are few, and objects
    public int encodedBytes() {
        return filters instanceof FilterList<TopicFilter> list ? list.bytes() : 0;
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
