package io.tern.broker.defence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// How fast all clients of a listener together may publish, on whatever shards they are. For any thread, without a
/// lock: a rate is one number, the time at which all that was taken will have come in again.
public final class ListenerRates {

    private static final double NANOS = 1e9;

    private final int messagesPerSecond;
    private final long bytesPerSecond;
    private final Map<String, Rates> byListener = new ConcurrentHashMap<>();

    /// Begins with all that may come in a second.
    ///
    /// @param limits what is put up with
    public ListenerRates(DefenceLimits limits) {
        this.messagesPerSecond = limits.listenerPublishesPerSecond();
        this.bytesPerSecond = limits.listenerPublishBytesPerSecond();
    }

    /// Those of one listener.
    ///
    /// @param listener by name
    /// @return the same for all shards
    public Rates of(String listener) {
        return byListener.computeIfAbsent(listener, name -> new Rates(
                messagesPerSecond == 0 ? null : new Rate(messagesPerSecond),
                bytesPerSecond == 0 ? null : new Rate(bytesPerSecond)));
    }

    /// Both rates of a listener.
    public static final class Rates {
        private final Rate messages;
        private final Rate bytes;

        private Rates(Rate messages, Rate bytes) {
            this.messages = messages;
            this.bytes = bytes;
        }

        /// Counts one message.
        ///
        /// @param packetBytes its size
        /// @param nowMillis the time
        public void take(int packetBytes, long nowMillis) {
            if (messages != null) {
                messages.take(1, nowMillis);
            }
            if (bytes != null) {
                bytes.take(packetBytes, nowMillis);
            }
        }

        /// When the next may come.
        ///
        /// @param nowMillis the time
        /// @return that time, not later than now if it is time
        public long readyAtMillis(long nowMillis) {
            long ready = messages == null ? nowMillis : messages.readyAtMillis(nowMillis);
            return bytes == null ? ready : Math.max(ready, bytes.readyAtMillis(nowMillis));
        }
    }

    /// One rate, with a second's worth at once.
    private static final class Rate {
        private final double nanosEach;
        private final long burstNanos;
        private final AtomicLong fullAtNanos = new AtomicLong(Long.MIN_VALUE / 2);

        Rate(double perSecond) {
            this.nanosEach = NANOS / perSecond;
            this.burstNanos = (long) (NANOS - nanosEach);
        }

        void take(double amount, long nowMillis) {
            long cost = (long) Math.ceil(amount * nanosEach);
            fullAtNanos.accumulateAndGet(nowMillis * 1_000_000, (full, now) -> Math.max(full, now) + cost);
        }

        long readyAtMillis(long nowMillis) {
            long readyNanos = fullAtNanos.get() - burstNanos;
            return readyNanos <= nowMillis * 1_000_000 ? nowMillis : Math.ceilDiv(readyNanos, 1_000_000L);
        }
    }
}
