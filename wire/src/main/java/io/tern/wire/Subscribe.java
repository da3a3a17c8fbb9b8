package io.tern.wire;

import java.util.List;
import java.util.Objects;

/// SUBSCRIBE: a client asks for one or more subscriptions.
///
/// @param packetId 1 to 65,535, repeated by the SUBACK
/// @param properties [Properties#NONE] in 3.x
/// @param items at least one [MQTT-3.8.3-2], in the order sent
public record Subscribe(int packetId, Properties properties, List<Item> items) implements Packet {

    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;

    /// Checks the ranges and copies the list.
    ///
    /// @throws IllegalArgumentException if the packet identifier is out of range or the list is empty
    public Subscribe {
        PacketId.check(packetId);
        Objects.requireNonNull(properties);
        items = items instanceof FilterList ? items : List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("SUBSCRIBE without a topic filter");
        }
    }

    /// Takes in items that a decoder has checked. If they are many they stay the bytes that they are, and each is
    /// read when it is asked for.
    ///
    /// @param packetId 1 to 65,535
    /// @param properties [Properties#NONE] in 3.x
    /// @param src holds the items
    /// @param offset of the first byte
    /// @param end behind the last byte
    /// @param count of the items
    /// @param options whether they have more than the QoS
    /// @return with a copy of the bytes
    public static Subscribe ofEncoded(
            int packetId, Properties properties, byte[] src, int offset, int end, int count, boolean options) {
        FilterList.Reader<Item> reader = options ? Item::ofEncoded : Item::ofQos;
        return new Subscribe(packetId, properties, FilterList.of(src, offset, end, count, 1, reader));
    }

    /// What its items take as long as they are bytes.
    ///
    /// @return 0 if they are few, and objects
    public int encodedBytes() {
        return items instanceof FilterList<Item> list ? list.bytes() : 0;
    }

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }

    /// One filter with its Subscription Options. In 3.x only the QoS is sent, the rest is 0.
    ///
    /// @param filter what to subscribe to
    /// @param qos the highest QoS wanted, 0 to 2
    /// @param noLocal not what this client publishes itself [MQTT-3.8.3-3]
    /// @param retainAsPublished keep the RETAIN flag as the publisher set it [MQTT-3.3.1-13]
    /// @param retainHandling 0: send retained messages; 1: only if the subscription is new; 2: never
    public record Item(TopicFilter filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {

        /// Checks the ranges.
        ///
        /// @throws IllegalArgumentException if QoS or retain handling is out of range
        public Item {
            Objects.requireNonNull(filter);
            if (qos < 0 || qos > 2) {
                throw new IllegalArgumentException("QoS " + qos + " is not in 0 to 2");
            }
            if (retainHandling < 0 || retainHandling > 2) {
                throw new IllegalArgumentException("retain handling " + retainHandling + " is not in 0 to 2");
            }
        }

        private static Item ofEncoded(byte[] src, int offset, int length) {
            int options = src[offset + length];
            return new Item(
                    TopicFilter.ofChecked(src, offset, length),
                    options & 3,
                    (options & NO_LOCAL) != 0,
                    (options & RETAIN_AS_PUBLISHED) != 0,
                    options >> 4);
        }

        private static Item ofQos(byte[] src, int offset, int length) {
            return new Item(TopicFilter.ofChecked(src, offset, length), src[offset + length] & 3);
        }

        /// A subscription with all options but the QoS left at 0.
        ///
        /// @param filter what to subscribe to
        /// @param qos the highest QoS wanted, 0 to 2
        public Item(TopicFilter filter, int qos) {
            this(filter, qos, false, false, 0);
        }
    }
}
