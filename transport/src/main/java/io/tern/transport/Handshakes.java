package io.tern.transport;

import io.netty.channel.Channel;
import io.tern.transport.ListenerCounters.Event;
import java.util.concurrent.atomic.AtomicInteger;

/// How many sockets of a listener are on their way to the door. When there are too many the listener accepts no more,
/// so that the others wait in the kernel, in turn; when an eighth of them are through or gone it goes on.
final class Handshakes {

    private final int max;
    private final int enough;
    private final NettyLoop loop;
    private final ListenerCounters counters;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean full;
    private Channel server;
    private boolean resting;

    /// @param loop the listener's
    Handshakes(int max, NettyLoop loop, ListenerCounters counters) {
        this.max = max;
        this.enough = max - Math.max(1, max / 8);
        this.loop = loop;
        this.counters = counters;
    }

    /// One more. On the listener's loop.
    void begin(Channel listener) {
        server = listener;
        if (pending.incrementAndGet() >= max && !full) {
            counters.add(Event.HANDSHAKES_FULL);
            full = true;
            server.config().setAutoRead(false);
            goOn(); // Some may have ended before the flag was up.
        }
    }

    /// One less. On any loop.
    void end() {
        if (pending.decrementAndGet() <= enough && full) {
            loop.execute(this::goOn);
        }
    }

    /// Accepts nothing for a while. On the listener's loop.
    void rest(Channel listener, long millis) {
        server = listener;
        if (!resting) {
            resting = true;
            server.config().setAutoRead(false);
            loop.after(millis, () -> {
                resting = false;
                accept();
            });
        }
    }

    private void goOn() {
        if (full && pending.get() <= enough) {
            full = false;
            accept();
        }
    }

    private void accept() {
        if (!full && !resting) {
            server.config().setAutoRead(true);
        }
    }
}
