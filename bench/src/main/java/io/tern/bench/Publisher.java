package io.tern.bench;

import java.nio.ByteBuffer;

/// Sends one topic's messages, as many as its window leaves room for.
final class Publisher extends Peer {

    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int PUBREL_HEADER = 0x62;

    private final int index;
    private final int qos;
    private final int window;
    private final ByteBuffer template;
    private final int frameBytes;
    private final int payloadAt;
    private final int packetIdAt;
    private final Arrivals[] arrivals;
    private long intervalNanos;
    private long dueNanos;
    private long sent;
    private long acknowledged;
    private long refused;
    private long forgiven;

    /// @param frame the PUBLISH to send, with a payload of zeros
    /// @param payloadBytes how long that payload is
    /// @param window most messages under way: sent, and not yet at all that are to get them
    /// @param arrivals what is known of its messages at each of those
    Publisher(
            Loop loop,
            Watcher watcher,
            byte[] connect,
            int index,
            int qos,
            int window,
            byte[] frame,
            int payloadBytes,
            Arrivals[] arrivals) {
        super(loop, watcher, connect, null, Math.max(4096, Math.min(window * frame.length, 1 << 20)));
        this.index = index;
        this.qos = qos;
        this.window = window;
        this.frameBytes = frame.length;
        this.template = ByteBuffer.allocateDirect(frameBytes).put(0, frame);
        this.payloadAt = frameBytes - payloadBytes;
        this.packetIdAt = packetIdAt(frame);
        this.arrivals = arrivals;
    }

    private static int packetIdAt(byte[] frame) {
        int topic = 1;
        while (frame[topic++] < 0) {
            // Over the Remaining Length.
        }
        return topic + 2 + ((frame[topic] & 0xFF) << 8 | frame[topic + 1] & 0xFF);
    }

    /// From now on a message is due every so often, whether or not earlier ones have come.
    void pace(long firstNanos, long everyNanos) {
        dueNanos = firstNanos;
        intervalNanos = everyNanos;
    }

    /// When the next message is due; in the past if it is late.
    long dueNanos() {
        return dueNanos;
    }

    long sent() {
        return sent;
    }

    long refused() {
        return refused;
    }

    /// Whether all that was sent has come, and is acknowledged.
    boolean isSettled() {
        return settled() >= sent && (qos == 0 || acknowledged == sent);
    }

    /// What has come to all that are to get it.
    long settled() {
        long least = Long.MAX_VALUE;
        for (Arrivals at : arrivals) {
            least = Math.min(least, at.settled());
        }
        return least;
    }

    /// Gives up on what is under way, so that a loss doesn't close the window for good.
    void forgive() {
        forgiven = sent - settled();
    }

    /// Writes what is due and fits the window and the buffer.
    void pump(long nowNanos) {
        long room = window - (sent - settled()) + forgiven;
        if (qos > 0) {
            room = Math.min(room, window - (sent - acknowledged));
        }
        room = Math.min(room, roomBytes() / frameBytes);
        while (room-- > 0 && dueNanos <= nowNanos) {
            ByteBuffer out = out(frameBytes);
            int at = out.position();
            out.put(at, template, 0, frameBytes);
            if (qos > 0) {
                out.putShort(at + packetIdAt, (short) (1 + sent % 0xFFFF));
            }
            for (Arrivals to : arrivals) {
                to.sending(sent);
            }
            Payload.write(out, at + payloadAt, index, sent, dueNanos);
            out.position(at + frameBytes);
            sent++;
            dueNanos += intervalNanos;
        }
    }

    @Override
    void packet(ByteBuffer in, int header, int body, int end) {
        int type = header >> 4;
        boolean failed = end - body > 2 && (in.get(body + 2) & 0xFF) >= 0x80;
        if (type == PUBREC && !failed) {
            acknowledge(PUBREL_HEADER, in.getShort(body) & 0xFFFF);
        } else if (type == PUBACK || type == PUBCOMP || type == PUBREC) {
            acknowledged++;
            if (failed) {
                refused++;
            }
        }
    }
}
