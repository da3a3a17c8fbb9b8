package io.tern.transport;

import java.util.concurrent.atomic.AtomicLongArray;

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

        /// Sockets closed because they took too long to get to the door.
        TOO_SLOW,

        /// Sockets from an address that is no trusted proxy, on a listener for proxies alone.
        PROXY_NOT_TRUSTED,

        /// Trusted proxies that did not say whom they speak for, or not in a way that is understood.
        PROXY_BROKEN,

        /// Times when no more sockets were accepted until some of those on the way to the door were through.
        HANDSHAKES_FULL
    }

    private final AtomicLongArray counts = new AtomicLongArray(Event.values().length);

    ListenerCounters() {}

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
