package io.tern.broker.index;

import io.tern.engine.Session;
import io.tern.engine.Subscription;

/// Gathers what several subscriptions of one session ask for together, when more than one filter matched a message: the
/// session gets one copy [MQTT-3.3.4-2].
public interface Overlaps {

    /// One subscription that is to have the message.
    ///
    /// @param session whose it is; others of its subscriptions may be among those that matched
    /// @param subscription what the copy has to be like for it
    void add(Session session, Subscription subscription);
}
