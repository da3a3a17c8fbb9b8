package io.tern.api;

/// A thread with an event loop, on which exactly one shard lives.
///
/// A transport makes loops and reads its sockets on them; the broker binds a [Turn] to each. The simulator has loops
/// of its own, stepped in a seeded order on one thread.
public interface Loop {

    /// Binds the shard that lives here, which gets a turn soon. Called once, before any connection is accepted.
    ///
    /// @param turn what runs after the sockets were read, after [#wake] and when its deadline comes
    void bind(Turn turn);

    /// Says whether the caller is on this loop's thread.
    ///
    /// @return true on this loop's thread
    boolean inLoop();

    /// Runs a task on this loop, after those given before it by the same thread. From any thread, never blocks.
    ///
    /// @param task runs once; if the loop has ended it never runs
    void execute(Runnable task);

    /// Asks for a turn soon. From any thread, cheap; many calls before the turn count as one.
    void wake();
}
