package io.tern.engine.queue;

/// Who has lent a session one message, and wants to know how its delivery ended: a shared group.
public non-sealed interface Lender extends Origin {

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
    /// @param origin of the message; nobody is told but a lender
    static void settle(Origin origin) {
        if (origin instanceof Lender lender) {
            lender.settled();
        }
    }
}
