package io.tern.broker.link;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.ReasonCode;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;

/// Encodes what one shard answers its clients, into arrays that are used again and again: what is in them has to be
/// taken before the next is encoded. For the shard's thread.
final class Answers {

    private static final int FIRST_BYTES = 512;
    private static final int KEPT_BYTES = 64 * 1024;

    private final byte[] ack = new byte[5];
    private ByteWriter packet = new ByteWriter(FIRST_BYTES);

    /// Encodes a packet, without what may be left out if it were too large with it.
    ///
    /// @param maximumBytes most that the client takes
    /// @return null if it is more
    ByteWriter encode(Packet whole, MqttVersion version, long maximumBytes) {
        encode(whole, version);
        if (packet.size() > maximumBytes) {
            Packet shorter = ShorterPacket.of(whole);
            if (shorter == null) {
                return null;
            }
            encode(shorter, version);
        }
        return packet.size() > maximumBytes ? null : packet;
    }

    private void encode(Packet one, MqttVersion version) {
        packet.reset();
        Encoder.encode(one, version, packet);
    }

    /// Encodes an acknowledgement: two bytes, a packet identifier, and a reason if it is more than five.
    ///
    /// @param plain whether it goes without its reason
    /// @return four bytes of it if it is plain, else five
    byte[] ack(int header, int packetId, ReasonCode reason, boolean plain) {
        ack[0] = (byte) header;
        ack[1] = (byte) (plain ? 2 : 3);
        ack[2] = (byte) (packetId >> 8);
        ack[3] = (byte) packetId;
        ack[4] = (byte) reason.value();
        return ack;
    }

    /// The turn is over: what has become large is not kept.
    void turned() {
        packet = packet.array().length > KEPT_BYTES ? new ByteWriter(FIRST_BYTES) : packet;
    }
}
