package io.tern.engine.queue;

/// Who has lent a session one message, and wants to know how its delivery ended: a shared group.
public non-sealed interface Lender extends Origin {

    /// Its message has a place with the session that it was lent to, and keeps it until the delivery is over.
    ///
    /// @param sequence in that session's queue
    void placed(long sequence);

    /// Where its message stands, so that it need not be looked for among all that wait and were sent.
    ///
    /// @return as it was [#placed], -1 before
    long place();

    /// There is no room where it waits: asks for the message back. If so, the delivery is over, and not [#settled].
    ///
    /// @return false if it has to be dropped, since it is the session's own
    default boolean takesBack() {
        return false;
    }

    /// The delivery is over: sent at QoS 0, answered at QoS 1 and 2, or dropped. Called once, from the midst of the
    /// session's work: what follows from it is done later.
    void settled();

    /// Whether what was lent stays with whoever lent it until it is acknowledged. At QoS 2 it is the session's at once
    /// [MQTT-4.8.2-4].
    ///
    /// @param qos with which it is sent
    /// @param origin of the message
    /// @return false if it is the session's own
    static boolean keeps(int qos, Origin origin) {
        return qos != 2 && origin instanceof Lender;
    }

    /// Tells who has lent a message that its delivery is over.
    ///
    /// @param origin of the message; nobody is told but a lender
    static void settle(Origin origin) {
        if (origin instanceof Lender lender) {
            lender.settled();
        }
    }
}
