package io.tern.engine.queue;

/// How much of the disk the queues of one owner may take, all of them together.
///
/// Those of a client that is connected are its way to the receiver as well: [#CONNECTED_BYTES] of each are let be.
public interface Allowance {

    /// A queue of a client that is connected takes so much, whatever else its owner has.
    long CONNECTED_BYTES = 64 * 1024;

    /// Any amount, and nobody counts.
    Allowance ANY = new Allowance() {};

    /// A queue takes more, or less again.
    ///
    /// @param shard whose thread this is
    /// @param bytes more; negative for less
    default void stored(int shard, long bytes) {}

    /// Whether more may be taken. Who is told no gives up as much of his own, or does without; it is counted here.
    ///
    /// @param bytes more
    /// @return false if the owner has what he may have
    default boolean mayStore(long bytes) {
        return true;
    }

    /// Whether who is told no by [#mayStore] may have what comes in place of what he has. It takes no more at the end,
    /// but on a disk what is given up takes its place for a while.
    ///
    /// @return false if what comes is dropped instead
    default boolean mayExchange() {
        return true;
    }
}
