package io.tern.engine.queue;

import io.tern.api.Journal;

/// What the queues of one shard need of it. On the shard's thread.
public interface QueueHost {

    /// The memory that all clients share.
    ///
    /// @return the same all the time
    Memory memory();

    /// Takes what must outlive the process.
    ///
    /// @return the same all the time
    Journal journal();

    /// Whether all that was staged in the journal up to a position is on disk for certain.
    ///
    /// @param position of the journal
    /// @return false if it may get lost
    boolean isDurable(long position);

    /// How much of one queue may be in memory.
    ///
    /// @return bytes
    long queueBytes();

    /// How much of one queue may be in memory and on disk together.
    ///
    /// @return bytes
    long queueDiskBytes();

    /// How many messages may wait in one queue.
    ///
    /// @return 0 for any number
    int queueMessages();

    /// How many priorities messages may have, see [io.tern.api.Message#priority].
    ///
    /// @return 1 if all have the same
    default int priorities() {
        return 1;
    }
}
