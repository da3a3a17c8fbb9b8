package io.tern.api;

import java.util.function.Consumer;

/// Decides whether a client may connect, and who it is.
@FunctionalInterface
public interface Authenticator {

    /// Decides about one client. Called on a shard's thread and must not block it: who has to wait does so elsewhere
    /// and answers later. That client's further bytes rest until the answer comes.
    ///
    /// @param client who it says it is
    /// @param password as in its CONNECT, or null
    /// @param answer takes the verdict; to be called once, from any thread. [Verdict.Next] at the end of the chain is a
    ///     refusal
    void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer);

    /// Lets everybody in.
    ///
    /// @return an authenticator that answers at once
    static Authenticator anonymous() {
        return (client, password, answer) -> answer.accept(Verdict.ANYBODY);
    }
}
