package io.tern.broker.watch;

import io.tern.wire.Packet;
import io.tern.wire.PacketType;
import io.tern.wire.Publish;
import java.util.concurrent.atomic.AtomicLongArray;

/// Packets and bytes of one shard's clients, by type. Written by its thread, read by any.
///
/// A packet received costs one addition; bytes cost one for each read and each flush, and so do packets of the same
/// kind sent in a row. Sums are for who reads.
public final class Traffic {

    /// A place for each type, and behind these one for each quality of service of PUBLISH.
    private static final int TYPES = 16;

    private static final int KINDS = TYPES + 3;
    private static final int PUBLISH = PacketType.PUBLISH.value();

    /// Keeps what other threads write out of the cache lines that change with each packet. Unit: longs.
    private static final int PADDING = 8;

    private static final int RECEIVED = PADDING;
    private static final int SENT = RECEIVED + KINDS;
    private static final int RECEIVED_BYTES = SENT + KINDS;
    private static final int SENT_BYTES = RECEIVED_BYTES + 1;

    private final AtomicLongArray counts = new AtomicLongArray(SENT_BYTES + 1 + PADDING);

    private void add(int at, long more) {
        counts.lazySet(at, counts.getPlain(at) + more);
    }

    /// A packet was received.
    ///
    /// @param packet which
    public void received(Packet packet) {
        add(RECEIVED + (packet instanceof Publish publish ? TYPES + publish.qos() : packet.type().value()), 1);
    }

    /// @param header first byte of each of these packets
    public void sent(byte header, int packets) {
        int type = header >> 4 & 0xF;
        add(SENT + (type == PUBLISH ? TYPES + (header >> 1 & 3) : type), packets);
    }

    /// So much was read.
    ///
    /// @param bytes of MQTT
    public void receivedBytes(int bytes) {
        add(RECEIVED_BYTES, bytes);
    }

    /// So much was written.
    ///
    /// @param bytes of MQTT
    public void sentBytes(int bytes) {
        add(SENT_BYTES, bytes);
    }

    /// @param type any but PUBLISH
    public long received(PacketType type) {
        return counts.getOpaque(RECEIVED + type.value());
    }

    /// @param type any but PUBLISH
    public long sent(PacketType type) {
        return counts.getOpaque(SENT + type.value());
    }

    /// @return PUBLISH packets of a quality of service
    public long received(int qos) {
        return counts.getOpaque(RECEIVED + TYPES + qos);
    }

    /// @return PUBLISH packets of a quality of service
    public long sent(int qos) {
        return counts.getOpaque(SENT + TYPES + qos);
    }

    /// @return bytes of MQTT received since the start
    public long receivedBytes() {
        return counts.getOpaque(RECEIVED_BYTES);
    }

    /// @return bytes of MQTT sent since the start
    public long sentBytes() {
        return counts.getOpaque(SENT_BYTES);
    }
}
