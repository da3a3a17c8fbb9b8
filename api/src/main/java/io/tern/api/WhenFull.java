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
    DISCONNECT
}
