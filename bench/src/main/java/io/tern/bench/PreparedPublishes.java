package io.tern.bench;

import io.tern.wire.MqttVersion;
import java.nio.ByteBuffer;

/// The PUBLISH packets that a publisher sends, one for each of its topics, encoded beforehand: what differs from one
/// time to the next is written over the copy.
final class PreparedPublishes {

    private final ByteBuffer bytes;
    private final int[] offsets;
    private final int[] packetIdOffsets;
    private final int payloadBytes;
    private int largestBytes;

    /// @param payloadBytes 0, for none, or at least [Payload#LEAST_BYTES]
    PreparedPublishes(MqttVersion version, String[] topics, int qos, boolean retain, int payloadBytes) {
        this.payloadBytes = payloadBytes;
        offsets = new int[topics.length + 1];
        packetIdOffsets = new int[topics.length];
        byte[][] frames = new byte[topics.length][];
        for (int i = 0; i < topics.length; i++) {
            frames[i] = Packets.publish(version, topics[i], qos, retain, payloadBytes);
            packetIdOffsets[i] = packetIdOffset(frames[i]);
            offsets[i + 1] = offsets[i] + frames[i].length;
            largestBytes = Math.max(largestBytes, frames[i].length);
        }
        bytes = ByteBuffer.allocateDirect(offsets[topics.length]);
        for (byte[] frame : frames) {
            bytes.put(frame);
        }
    }

    private static int packetIdOffset(byte[] frame) {
        int topic = 1;
        while (frame[topic++] < 0) {
            // Over the Remaining Length.
        }
        return topic + 2 + ((frame[topic] & 0xFF) << 8 | frame[topic + 1] & 0xFF);
    }

    /// How many topics there are; message `n` goes to topic `n` modulo that.
    int count() {
        return packetIdOffsets.length;
    }

    /// Size of the largest.
    int largestBytes() {
        return largestBytes;
    }

    /// Appends one to a buffer that has room for it.
    ///
    /// @param packetId 0 if it has none
    void write(ByteBuffer out, int publisher, long sequence, int packetId, long dueNanos) {
        int frame = offsets.length == 2 ? 0 : (int) (sequence % count());
        int size = offsets[frame + 1] - offsets[frame];
        int at = out.position();
        out.put(at, bytes, offsets[frame], size);
        if (packetId > 0) {
            out.putShort(at + packetIdOffsets[frame], (short) packetId);
        }
        if (payloadBytes > 0) {
            Payload.write(out, at + size - payloadBytes, publisher, sequence, dueNanos);
        }
        out.position(at + size);
    }
}
