package io.tern.engine;

/// Subscriptions of a session's own that have identifiers.
///
/// @param subscriptionIdentifiers one or more, not to be changed
public record Identified(int... subscriptionIdentifiers) implements Origin {

    /// @param identifiers or null
    /// @return null for none
    static Origin of(int[] identifiers) {
        return identifiers == null ? null : new Identified(identifiers);
    }
}
