package io.tern.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a listener has met since it was opened. For any thread.
public final class ListenerCounters {

    /// What is counted.
    public enum Event {

        /// Connections that reached the door.
        OPENED,

        /// Sockets closed before anything was spent on them, since the door would not have taken them: bans, limits.
        NOT_ADMITTED,

        /// Bytes that are no TLS, on a listener that speaks it.
        NOT_TLS,

        /// Handshakes of TLS that failed: no version or cipher in common, a certificate missing or refused.
        TLS_FAILED,

        /// WebSockets of web pages that may not connect.
        ORIGIN_REFUSED,

        /// Sockets closed because they took too long to get to the door.
        TOO_SLOW,

        /// Sockets from an address that is no trusted proxy, on a listener for proxies alone.
        PROXY_NOT_TRUSTED,

        /// Trusted proxies that did not say whom they speak for, or not in a way that is understood.
        PROXY_BROKEN,

        /// Times when no more sockets were accepted until some of those on the way to the door were through.
        HANDSHAKES_FULL
    }

    private static final Logger LOG = LoggerFactory.getLogger(ListenerCounters.class);
    /// How often the log says that a page was refused, and that a handshake has failed, at most.
    private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int ORIGIN_MAX_CHARACTERS = 200;
    private static final int CAUSES_MAX = 10;
    private static final int REASON_MAX_CHARACTERS = 300;

    private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - TELL_NANOS);
    private final AtomicLong toldHandshakeNanos = new AtomicLong(System.nanoTime() - TELL_NANOS);
    private final AtomicLongArray counts = new AtomicLongArray(Event.values().length);

    ListenerCounters() {}

    /// Says in the log which page was refused, once a minute at most.
    ///
    /// @param origin as a client has sent it: visible ASCII or Latin 1
    void tellOrigin(String listener, String origin) {
        if (isTime(toldNanos)) {
            LOG.info("listener {}: a page of {} may not connect, see allowed_origins; {} refused so far", listener,
                    origin.substring(0, Math.min(origin.length(), ORIGIN_MAX_CHARACTERS)), get(Event.ORIGIN_REFUSED));
        }
    }

    /// Says in the log why a handshake of TLS has failed, once a minute at most: else nobody learns what a client shows
    /// that isn't taken.
    ///
    /// @param connection the client's
    /// @param failure its deepest cause has the words, some of which may be the client's
    void tellHandshake(Object connection, Throwable failure) {
        if (isTime(toldHandshakeNanos)) {
            Throwable root = failure;
            for (int depth = 0; root.getCause() != null && depth < CAUSES_MAX; depth++) {
                root = root.getCause();
            }
            String reason = String.valueOf(root.getMessage()).replaceAll("\\p{Cntrl}", "?");
            LOG.info("{}: TLS handshake failed: {}; {} failed so far", connection,
                    reason.substring(0, Math.min(reason.length(), REASON_MAX_CHARACTERS)), get(Event.TLS_FAILED));
        }
    }

    private static boolean isTime(AtomicLong toldNanos) {
        long now = System.nanoTime();
        long last = toldNanos.get();
        return now - last >= TELL_NANOS && toldNanos.compareAndSet(last, now);
    }

    void add(Event event) {
        counts.getAndIncrement(event.ordinal());
    }

    /// How often something happened.
    ///
    /// @param event which
    /// @return 0 or more
    public long get(Event event) {
        return counts.get(event.ordinal());
    }
}
