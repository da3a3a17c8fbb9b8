package io.tern.broker.access;

import io.tern.api.Decision;

/// What a chain of rules says about one access.
///
/// @param decision never [Decision#NEXT]
/// @param source which one of the chain has said so: 0 for the client's own rules, else its number from 1 on;
///     [#NOBODY] if none has
public record Ruling(Decision decision, int source) {

    /// Stands for the end of the chain.
    public static final int NOBODY = -1;

    /// Everything is allowed, and stays so for each message.
    public static final Ruling FREE = new Ruling(Decision.ALLOW, NOBODY);

    /// Nobody has spoken of it.
    public static final Ruling UNKNOWN = new Ruling(Decision.DENY, NOBODY);

    /// Whether it may be done.
    ///
    /// @return false if it is denied or still to be asked for
    public boolean allows() {
        return decision == Decision.ALLOW;
    }
}
