package io.tern.broker.connect;

import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.Identity;
import io.tern.broker.access.Security;
import io.tern.broker.link.Link;
import io.tern.wire.Connect;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What the shards share to let clients in: whom to ask, names for those who bring none, and the order in which they
/// came. Any thread.
public final class Reception {

    private final Security security;
    private final Clock clock;
    private final Supplier<String> clientIds;
    private final String serverReference;
    private final boolean serverMoved;
    private final AtomicLong stamps = new AtomicLong();

    /// @param security whom to ask, and whom to tell
    /// @param clock the time
    /// @param clientIds makes client identifiers for those who send none; each one new
    /// @param serverReference where all clients are sent, null if they are served here
    /// @param serverMoved whether that is for good
    public Reception(
            Security security,
            Clock clock,
            Supplier<String> clientIds,
            String serverReference,
            boolean serverMoved) {
        this.security = security;
        this.clock = clock;
        this.clientIds = clientIds;
        this.serverReference = serverReference;
        this.serverMoved = serverMoved;
    }

    /// A CONNECT has arrived.
    ConnectAttempt attempt(Link link, Connect connect) {
        String clientId = connect.clientId().isEmpty() ? clientIds.get() : connect.clientId();
        ClientInfo client =
                new ClientInfo(clientId, connect.userName(), connect.version(), link.channel().connection());
        return new ConnectAttempt(link, connect, stamps.incrementAndGet(), client);
    }

    Security security() {
        return security;
    }

    /// Where all clients are sent.
    ///
    /// @return null if they are served here
    String serverReference() {
        return serverReference;
    }

    boolean serverMoved() {
        return serverMoved;
    }

    long nowMillis() {
        return clock.nowMillis();
    }

    /// Who lets a client in says until when in the terms of the machine's clock.
    Identity inOurTime(Identity identity) {
        long untilMillis = identity.expiresAtMillis();
        return untilMillis == Identity.NEVER ? identity : identity.withExpiry(clock.at(untilMillis));
    }
}
