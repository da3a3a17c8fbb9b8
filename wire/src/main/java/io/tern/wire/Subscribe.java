package io.tern.wire;

import java.util.List;
import java.util.Objects;

/// SUBSCRIBE: a client asks for one or more subscriptions.
///
/// @param packetId 1 to 65,535, repeated by the SUBACK
/// @param properties [Properties#NONE] in 3.x
/// @param items at least one [MQTT-3.8.3-2], in the order sent
public record Subscribe(int packetId, Properties properties, List<Item> items) implements Packet {

    /// Checks the ranges and copies the list.
    ///
    /// @throws IllegalArgumentException if the packet identifier is out of range or the list is empty
    public Subscribe {
        PacketId.check(packetId);
        Objects.requireNonNull(properties);
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("SUBSCRIBE without a topic filter");
        }
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

        /// A subscription with all options but the QoS left at 0.
        ///
        /// @param filter what to subscribe to
        /// @param qos the highest QoS wanted, 0 to 2
        public Item(TopicFilter filter, int qos) {
            this(filter, qos, false, false, 0);
        }
    }
}
