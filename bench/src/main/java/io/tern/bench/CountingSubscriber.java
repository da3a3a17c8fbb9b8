package io.tern.bench;

import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/// Takes messages, answers them and notes which have come.
final class CountingSubscriber extends Peer {

    private static final int PUBLISH = 3;
    private static final int PUBREL = 6;
    private static final int PUBACK_HEADER = 0x40;
    private static final int PUBREC_HEADER = 0x50;
    private static final int PUBCOMP_HEADER = 0x70;

    private final boolean hasProperties;
    private final int firstPublisher;
    private final Arrivals[] arrivals;
    private final Histogram latency;
    private long received;

    /// @param hasProperties whether this is MQTT 5.0
    /// @param firstPublisher index of the publisher that the first of `arrivals` belongs to
    /// @param arrivals what has come of each publisher
    /// @param latency takes the time since each message was due in nanoseconds, null if that means nothing
    CountingSubscriber(
            Loop loop,
            Watcher watcher,
            byte[] connect,
            Packets.Subscriptions subscriptions,
            boolean hasProperties,
            int firstPublisher,
            Arrivals[] arrivals,
            Histogram latency) {
        super(loop, watcher, connect, subscriptions, 4096);
        this.hasProperties = hasProperties;
        this.firstPublisher = firstPublisher;
        this.arrivals = arrivals;
        this.latency = latency;
    }

    long received() {
        return received;
    }

    @Override
    void packet(ByteBuffer in, int header, int body, int end) {
        if (header >> 4 == PUBLISH) {
            publish(in, header, body, end);
        } else if (header >> 4 == PUBREL) {
            acknowledge(PUBCOMP_HEADER, in.getShort(body) & 0xFFFF);
        }
    }

    private void publish(ByteBuffer in, int header, int body, int end) {
        int at = body + 2 + (in.getShort(body) & 0xFFFF);
        int qos = header >> 1 & 3;
        if (qos > 0) {
            acknowledge(qos == 1 ? PUBACK_HEADER : PUBREC_HEADER, in.getShort(at) & 0xFFFF);
            at += 2;
        }
        if (hasProperties) {
            int length = 0;
            int shift = 0;
            int next;
            do {
                next = in.get(at++);
                length |= (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0);
            at += length;
        }
        if (end - at < Payload.LEAST_BYTES) {
            throw new IllegalStateException("a payload of " + (end - at) + " bytes, not one of ours");
        }
        received++;
        arrivals[Payload.publisher(in, at) - firstPublisher].came(Payload.sequence(in, at));
        if (latency != null) {
            latency.recordValue(Math.min(latency.getHighestTrackableValue(),
                    Math.max(0, System.nanoTime() - Payload.dueNanos(in, at))));
        }
    }
}
