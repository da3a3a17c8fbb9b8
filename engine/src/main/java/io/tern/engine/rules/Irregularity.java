package io.tern.engine.rules;

/// A rule that a client broke and was allowed to, see [Strictness].
public enum Irregularity {
    /// More messages unanswered than our Receive Maximum.
    RECEIVE_MAXIMUM,
    /// A client identifier that 3.1 doesn't allow.
    CLIENT_ID,
    /// A protocol level with the mark of a bridge.
    BRIDGE_LEVEL
}
