package io.tern.wire;

/// The range check that all packets with an identifier share.
final class PacketId {

    private PacketId() {
    }

    /// @throws IllegalArgumentException outside 1 to 65,535 [MQTT-2.2.1-3]
    static void check(int packetId) {
        if (packetId < 1 || packetId > 0xFFFF) {
            throw new IllegalArgumentException("packet identifier " + packetId + " is not in 1 to 65535");
        }
    }
}
