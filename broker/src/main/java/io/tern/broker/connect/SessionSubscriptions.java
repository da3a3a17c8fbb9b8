package io.tern.broker.connect;

import io.tern.engine.Session;
import io.tern.engine.Subscription;

/// What becomes of a session's subscriptions when its connection comes and goes. On the shard's thread.
public interface SessionSubscriptions {

    /// A session has a connection again: its shared groups may send.
    ///
    /// @param session which
    void attached(Session session);

    /// A session has lost its connection: its shared groups must not send.
    ///
    /// @param session which
    void detached(Session session);

    /// A session is about to end; each of its subscriptions comes to [#remove] later.
    ///
    /// @param session which
    void ended(Session session);

    /// Takes one subscription out of the index, or out of its group.
    ///
    /// @param session whose, which has ended
    /// @param subscription which
    void remove(Session session, Subscription subscription);
}
