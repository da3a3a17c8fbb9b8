package io.tern.api;

/// What becomes of a message for a receiver whose queue is full.
public enum WhenFull {
    /// The oldest message in the queue has to go.
    DROP_OLDEST,
    /// The message itself is not taken.
    DROP_NEWEST,
    /// An older message to the same topic has to go, also when the queue isn't full: only the latest of each topic
    /// waits.
    LATEST_PER_TOPIC,
    /// The message is not taken, and the receiver's connection is closed: it has to come back and catch up.
    DISCONNECT,
    /// The oldest message has to go; but while the queue is over half full and its receiver is quick enough to help,
    /// publishers get their answers later, so that it need not come to that.
    SLOW;

    /// Whether room is made for the message at the cost of others.
    ///
    /// @return false if it is the message itself that isn't taken
    public boolean displaces() {
        return this == DROP_OLDEST || this == SLOW;
    }
}
