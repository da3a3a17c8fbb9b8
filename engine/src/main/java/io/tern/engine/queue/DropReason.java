package io.tern.engine.queue;

/// Why a message was not delivered to one of its receivers. Each is counted.
public enum DropReason {
    /// The session's queue was full; the oldest message that was not yet sent had to go.
    QUEUE_FULL,
    /// All clients together had so much queued that this queue could hold no more; it was the oldest not yet sent.
    MEMORY_FULL,
    /// Its receiver's owner has as much on disk as is allowed; it was the oldest not yet sent.
    OVER_QUOTA,
    /// A later message to the same topic has taken its place, as its topic's policy says.
    SUPERSEDED,
    /// QoS 0, and the receiver reads more slowly than it is written to.
    QOS0_SLOW_RECEIVER,
    /// Its message expiry interval passed before it could be sent.
    EXPIRED,
    /// Larger than the Maximum Packet Size that the receiver stated [MQTT-3.1.2-25].
    TOO_LARGE,
    /// The receiver is not allowed to get it.
    NOT_AUTHORIZED,
    /// The session ended with the message still queued.
    SESSION_ENDED
}
