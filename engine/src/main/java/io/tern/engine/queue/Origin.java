package io.tern.engine.queue;

/// Through what a message came to a session: subscriptions of its own, or a shared group that has lent it. Null for
/// subscriptions without identifiers, as most are.
public sealed interface Origin permits Identified, Lender {

    /// Subscription identifiers to send with it.
    ///
    /// @return not to be changed; null for none
    int[] subscriptionIdentifiers();

    /// Subscription identifiers to send.
    ///
    /// @param origin or null
    /// @return its subscription identifiers, or null
    static int[] identifiers(Origin origin) {
        return origin == null ? null : origin.subscriptionIdentifiers();
    }
}
