package io.tern.api;

import java.util.function.Consumer;

/// Decides what a client may do: one source of rules in a chain of them.
///
/// Asked on the shards' threads, for each SUBSCRIBE, for each PUBLISH whose topic differs from the one before, for
/// wills, and for each message to a subscription of which it [#mayDeny] a part. So it answers from memory; what has to
/// be fetched is answered [Decision#LATER], and then asked for. A message that was queued under other rules is judged
/// as a SUBSCRIBE to its topic; for that LATER is as good as a denial.
public interface Authorizer {

    /// Decides at once. From any thread; never blocks.
    ///
    /// @param client who
    /// @param access what
    /// @return [Decision#LATER] if it has to be fetched; never for [Access.Action#RECEIVE]
    Decision decide(ClientInfo client, Access access);

    /// Fetches what was [Decision#LATER]. From any thread; never blocks.
    ///
    /// @param client who
    /// @param access what
    /// @param answer takes the decision, never LATER; to be called once, from any thread; [Decision#UNKNOWN] for what
    ///     can't be fetched
    default void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
        throw new IllegalStateException("has answered at once");
    }

    /// Whether it denies a part of what a filter matches, although it lets the client subscribe or leaves that to
    /// others: then each message is asked for.
    ///
    /// @param client who
    /// @param filter without `$share/{name}/`
    /// @return false only if [Access.Action#RECEIVE] is never denied below that filter
    boolean mayDeny(ClientInfo client, String filter);

    /// Says which rule decides.
    ///
    /// @param client who
    /// @param access what
    /// @return one line for the operator: where the rule stands and what it says
    String explain(ClientInfo client, Access access);
}
