package io.tern.api;

import io.tern.wire.ReasonCode;

/// What an [Authenticator] says about a client.
public sealed interface Verdict {

    /// It may come in.
    ///
    /// @param identity who it is
    record Allow(Identity identity) implements Verdict {}

    /// It may not.
    ///
    /// @param reason for the client, 0x80 or more
    /// @param why for the operator, without secrets
    /// @param ofName whether what was judged is the password of the user name, so that the failure counts by that name
    ///     also if the password looks like a token
    record Deny(ReasonCode reason, String why, boolean ofName) implements Verdict {}

    /// It shows nothing that could be judged here: the next in the chain is asked.
    record Next() implements Verdict {}

    /// Lets in somebody of whom nothing is known.
    Verdict ANYBODY = new Allow(Identity.of("anonymous"));

    /// Leaves it to the next.
    Verdict NEXT = new Next();

    /// Lets somebody in.
    ///
    /// @param identity who it is
    /// @return the verdict
    static Verdict allow(Identity identity) {
        return new Allow(identity);
    }

    /// Refuses somebody.
    ///
    /// @param reason for the client, 0x80 or more
    /// @param why for the operator, without secrets
    /// @return the verdict
    static Verdict deny(ReasonCode reason, String why) {
        return new Deny(reason, why, false);
    }

    /// Refuses somebody whose password is not that of the user name.
    ///
    /// @param why for the operator, without secrets
    /// @return the verdict
    static Verdict wrongPassword(String why) {
        return new Deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, why, true);
    }
}
