package io.tern.crash;

import io.tern.wire.Delayed;
import io.tern.wire.TopicName;

/// A message as those who count know it. Its moments are those of the [Ledger]'s clock; guarded by the ledger.
final class Message {

    /// A moment that has not come.
    static final long NOT_YET = 0;

    private static final int ID_BYTES = 4;
    private static final int CLOCKS_MILLIS = 20;

    final int id;
    final String publisher;
    final TopicName topic;
    final int qos;
    final boolean retain;
    final int bytes;
    /// When its publisher was about to send it for the first time.
    final long sent;
    /// How long after it was sent it is to be delivered. Unit: milliseconds.
    final long delayMillis;
    /// The same moment, by the machine's timer.
    private final long sentNanos = System.nanoTime();
    /// When its publisher had seen the answer that takes it over.
    long acknowledged = NOT_YET;
    /// A will that nobody may ever see.
    boolean forbidden;

    Message(
            int id,
            String publisher,
            TopicName topic,
            int qos,
            boolean retain,
            int bytes,
            long sent,
            long delayMillis) {
        if (bytes > 0 && bytes < ID_BYTES) {
            throw new IllegalArgumentException("no room for an id in " + bytes + " bytes");
        }
        this.id = id;
        this.publisher = publisher;
        this.topic = topic;
        this.qos = qos;
        this.retain = retain;
        this.bytes = bytes;
        this.sent = sent;
        this.delayMillis = delayMillis;
    }

    boolean isDelayed() {
        return delayMillis > 0;
    }

    /// @return the topic that stands in the packet
    TopicName sentTo() {
        return isDelayed() ? Delayed.topic(delayMillis, topic.value()) : topic;
    }

    /// Whether its time has not come, by more than clocks of two processes may differ.
    boolean isEarly() {
        return (System.nanoTime() - sentNanos) / 1_000_000 + CLOCKS_MILLIS < delayMillis;
    }

    boolean isAcknowledged() {
        return acknowledged != NOT_YET;
    }

    byte[] payload() {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            payload[i] = (byte) (i < ID_BYTES ? id >> 8 * (ID_BYTES - 1 - i) : id + i);
        }
        return payload;
    }

    /// @return the id in a payload, -1 if there is none
    static int id(byte[] payload) {
        if (payload.length < ID_BYTES) {
            return -1;
        }
        int id = 0;
        for (int i = 0; i < ID_BYTES; i++) {
            id = id << 8 | payload[i] & 0xFF;
        }
        return id;
    }

    @Override
    public String toString() {
        return "message " + id + " of " + publisher + " to " + topic + " at QoS " + qos + (retain ? ", retained" : "")
                + (isDelayed() ? ", " + delayMillis + " ms later" : "")
                + ", sent at " + sent + (isAcknowledged() ? ", acknowledged at " + acknowledged : "");
    }
}
