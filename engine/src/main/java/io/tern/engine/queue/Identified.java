package io.tern.engine.queue;

/// Subscriptions of a session's own that have identifiers.
///
/// @param subscriptionIdentifiers one or more, not to be changed
public record Identified(int... subscriptionIdentifiers) implements Origin {

    /// As it goes with a message.
    ///
    /// @param identifiers or null
    /// @return null for none
    public static Origin of(int[] identifiers) {
        return identifiers == null ? null : new Identified(identifiers);
    }
}
