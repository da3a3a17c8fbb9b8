package io.tern.cli.conformance;

/// What the standard lets a broker leave out. A case that needs it is skipped where CONNACK says it is missing.
public enum Ability {
    /// QoS 1 and 2 from clients.
    QOS,
    /// Retained messages.
    RETAIN,
    /// Filters with wildcards.
    WILDCARDS,
    /// Shared subscriptions.
    SHARED,
    /// Subscription identifiers.
    SUBIDS,
    /// Topic aliases from clients, at least ten.
    ALIAS,
    /// Messages of nobody else: a case that subscribes to all topics can tell nothing where others publish, or have
    /// left retained messages.
    QUIET
}
