package io.tern.engine;

/// Who wants to know how the delivery of one message to one session ended: a shared group that lent it.
public interface Origin {

    /// Subscription identifiers to send with it.
    ///
    /// @return null for none
    int[] subscriptionIdentifiers();

    /// The delivery is over: sent at QoS 0, answered at QoS 1 and 2, or dropped. Called once, from the midst of the
    /// session's work: what follows from it is done later.
    void settled();
}
