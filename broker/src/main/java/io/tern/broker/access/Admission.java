package io.tern.broker.access;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.Shown;
import io.tern.broker.link.Link;
import io.tern.broker.turn.ShardThread;
import io.tern.wire.ReasonCode;

/// Who may come in on one shard: brings connections and logins to the defence, and tells it how they went. On the
/// shard's thread.
public final class Admission {

    private final ShardThread thread;
    private final Defence defence;

    /// @param thread the shard's
    /// @param defence who may try to connect at all
    public Admission(ShardThread thread, Defence defence) {
        this.thread = thread;
        this.defence = defence;
    }

    /// Whether a new connection is taken. If so, it has to come to [#left].
    ///
    /// @param connection where it comes from
    /// @param admitted whether the defence has let it in already
    /// @param stopping whether nobody is let in any more
    /// @return false if it is to be closed
    public boolean admits(ConnectionInfo connection, boolean admitted, boolean stopping) {
        if (!stopping) {
            return admitted || defence.admits(connection, thread.nowMillis());
        }
        if (admitted) {
            defence.gone(connection);
        }
        return false;
    }

    /// Whether a client may try to log in.
    ///
    /// @param client who it says it is
    /// @param shown by what it wants to be known
    /// @return why not, or null
    public ReasonCode refusal(ClientInfo client, Shown shown) {
        return defence.refusal(client, shown, thread.nowMillis());
    }

    /// A client is known: it may still not come in.
    ///
    /// @param link its connection
    /// @param client who it is
    /// @param shown by what it was known
    /// @return why not, or null
    public ReasonCode enters(Link link, ClientInfo client, Shown shown) {
        ReasonCode refusal = defence.entering(client, shown, thread.nowMillis());
        if (refusal == null) {
            link.entered(client);
        }
        return refusal;
    }

    /// Whether a client is banned. It may be since it was let in, as others are asked about it afterwards.
    ///
    /// @param client who it is
    /// @return at this moment
    public boolean isBanned(ClientInfo client) {
        return defence.isBanned(client, thread.nowMillis());
    }

    /// A login has failed: whose fault it is decides whether it counts.
    ///
    /// @param client who it says it is
    /// @param shown by what it wanted to be known
    /// @param reason what it is told
    /// @param ofName whether a user's password was wrong
    public void failed(ClientInfo client, Shown shown, ReasonCode reason, boolean ofName) {
        if (reason == ReasonCode.BAD_USER_NAME_OR_PASSWORD || reason == ReasonCode.NOT_AUTHORIZED) {
            defence.failed(client, shown, ofName, thread.nowMillis());
        }
    }

    /// A connection has ended.
    ///
    /// @param link which
    public void left(Link link) {
        defence.gone(link.connection().info());
        if (link.entered() != null) {
            defence.left(link.entered());
        }
    }
}
