package io.tern.broker.link;

import io.tern.wire.ConnAck;
import io.tern.wire.Disconnect;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.SubAck;
import io.tern.wire.UnsubAck;

/// Packets without what may be left out of them.
final class ShorterPacket {

    private ShorterPacket() {}

    /// A packet that the client finds too large without the words in it, which may be left out [MQTT-3.2.2-19],
    /// [MQTT-3.4.2-2], [MQTT-3.5.2-2], [MQTT-3.9.2-1], [MQTT-3.11.2-1], [MQTT-3.14.2-3].
    ///
    /// @return null if there is nothing that may be left out
    static Packet of(Packet packet) {
        return switch (packet) {
            case ConnAck ack -> of(ack);
            case PubAck ack -> new PubAck(ack.packetId(), ack.reason(), Properties.NONE);
            case PubRec ack -> new PubRec(ack.packetId(), ack.reason(), Properties.NONE);
            case SubAck ack -> new SubAck(ack.packetId(), Properties.NONE, ack.reasons());
            case UnsubAck ack -> new UnsubAck(ack.packetId(), Properties.NONE, ack.reasons());
            case Disconnect disconnect -> new Disconnect(disconnect.reason(), Properties.NONE);
            default -> null;
        };
    }

    /// What else is in the properties of a success the client has to know.
    private static ConnAck of(ConnAck ack) {
        Properties needed = ack.reason().isError()
                ? Properties.NONE
                : ack.properties().toBuilder().without(Property.USER_PROPERTY).build();
        return new ConnAck(ack.sessionPresent(), ack.reason(), needed);
    }
}
