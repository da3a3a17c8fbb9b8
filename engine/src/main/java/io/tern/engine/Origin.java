package io.tern.engine;

/// Who wants to know how the delivery of one message to one session ended: a shared group that lent it.
public interface Origin {

    /// Subscription identifiers to send with it.
    ///
    /// @return null for none
    int[] subscriptionIdentifiers();

    /// There is no room where it waits: asks for the message back. If so, the delivery is over, and not [#settled].
    ///
    /// @return false if it has to be dropped, since it is the session's own
    default boolean takesBack() {
        return false;
    }

    /// The delivery is over: sent at QoS 0, answered at QoS 1 and 2, or dropped. Called once, from the midst of the
    /// session's work: what follows from it is done later.
    void settled();

    /// Tells who has lent a message that its delivery is over.
    ///
    /// @param extra what came with the message: an origin, or anything else
    static void settle(Object extra) {
        if (extra instanceof Origin origin) {
            origin.settled();
        }
    }
}
