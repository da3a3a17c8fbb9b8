package io.tern.broker.link;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.SecurityEvent;

/// What one connection's client was denied: told once a second at most, and at the end what remains. On the shard's
/// thread.
final class Denials {

    private static final int TOLD_EVERY_MILLIS = 1_000;

    private final SecurityEvent.Sink events;
    private long toldMillis;
    /// How often since then, and what it was.
    private int untold;
    private Access last;

    Denials(SecurityEvent.Sink events) {
        this.events = events;
    }

    void add(ClientInfo client, Access access, long nowMillis) {
        if (nowMillis >= toldMillis + TOLD_EVERY_MILLIS) {
            toldMillis = nowMillis;
            events.on(new SecurityEvent.AccessDenied(client, access, untold));
            untold = 0;
        } else {
            untold++;
            last = access;
        }
    }

    /// The connection has ended.
    void end(ClientInfo client) {
        if (untold > 0) {
            events.on(new SecurityEvent.AccessDenied(client, last, untold - 1));
            untold = 0;
        }
    }
}
