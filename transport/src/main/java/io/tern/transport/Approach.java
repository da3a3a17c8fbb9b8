package io.tern.transport;

import io.netty.channel.Channel;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.transport.ListenerCounters.Event;

/// One socket's way from its listener to the door, which is asked about it as soon as it is known where it comes from.
/// For one thread at a time: the listener's loop, then the connection's.
final class Approach implements Door {

    private final ListenerOptions options;
    private final ListenerCounters counters;
    private final Handshakes handshakes;
    private Door door;
    private boolean handshaking;
    private boolean awaitsProxy;

    Approach(ListenerOptions options, ListenerCounters counters, Handshakes handshakes, Door door) {
        this.options = options;
        this.counters = counters;
        this.handshakes = handshakes;
        this.door = door;
        this.awaitsProxy = options.proxies().protocol();
    }

    /// Whether the proxy has yet to say whom it speaks for.
    boolean awaitsProxy() {
        return awaitsProxy;
    }

    /// Asks the door, unless a proxy has yet to say who the client is: then the door decides when it is there.
    ///
    /// @param from the peer, or whom the PROXY protocol names
    /// @return false if the socket has to be closed
    boolean admits(ConnectionInfo from) {
        awaitsProxy = false;
        if (options.kind() == ListenerOptions.Kind.WS && options.proxies().forwards(from.remote())) {
            return true;
        }
        Door own = door.admit(from);
        if (own == null) {
            counters.add(Event.NOT_ADMITTED);
            return false;
        }
        door = own;
        return true;
    }

    /// The socket has to show something before it gets to the door.
    void handshake(Channel listener) {
        handshaking = true;
        handshakes.begin(listener);
    }

    /// It is no longer on its way. Once, on the socket's loop.
    ///
    /// @param opened whether it has reached the door
    /// @param tooSlow whether it was closed because it took too long
    void over(boolean opened, boolean tooSlow) {
        if (handshaking) {
            handshakes.end();
        }
        if (opened) {
            counters.add(Event.OPENED);
            return;
        }
        if (tooSlow) {
            counters.add(awaitsProxy ? Event.PROXY_BROKEN : Event.TOO_SLOW);
        }
        door.missed();
    }

    /// A web page that may not connect was refused.
    ///
    /// @param origin as the browser names it
    void originRefused(String origin) {
        counters.add(Event.ORIGIN_REFUSED);
        counters.tellOrigin(options.name(), origin);
    }

    @Override
    public ConnectionHandler accept(Connection connection) {
        return door.accept(connection);
    }
}
