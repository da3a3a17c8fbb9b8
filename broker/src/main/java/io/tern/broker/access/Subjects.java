package io.tern.broker.access;

import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.TopicName;

/// Whom one shard's rules are about: what access control asks, and wants done, of sessions and their subscriptions. On
/// the shard's thread.
public interface Subjects {

    /// The sessions that live here.
    ///
    /// @return a new array
    Session[] sessions();

    /// Whether a session is a member of a shared group that gets a topic.
    ///
    /// @param session whose
    /// @param topic of a message
    /// @return at this moment
    boolean isMemberFor(Session session, TopicName topic);

    /// Ends a subscription that is not allowed any more.
    ///
    /// @param session whose
    /// @param subscription which
    void withdraw(Session session, Subscription subscription);
}
