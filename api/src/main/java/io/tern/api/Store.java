package io.tern.api;

import java.util.function.LongConsumer;

/// Where durable state goes. One for the process; each shard writes to a [Journal] of its own.
public interface Store extends AutoCloseable {

    /// Opens a shard's journal.
    ///
    /// @param shard number of the shard, 0 and up
    /// @param loop the shard's loop: completions come back on its thread
    /// @param onDurable told the highest position that is safe, whenever it has grown; on the loop's thread
    /// @return what the shard writes to
    Journal open(int shard, Loop loop, LongConsumer onDurable);

    /// Writes what is staged, waits until it is safe, and lets go of files.
    @Override
    void close();
}
