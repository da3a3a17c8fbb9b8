package io.tern.api;

import java.util.List;
import java.util.function.Consumer;

/// Where durable state goes. One for the process; each shard writes to a [Journal] of its own.
public interface Store extends AutoCloseable {

    /// Messages read back.
    ///
    /// @param messages in the order of their sequences, those that are settled left out
    /// @param next where to read on; every message before it that is not among these is settled
    record Reading(List<Stored> messages, long next) {}

    /// How safe what it is told becomes.
    ///
    /// @return the same all the time
    Durability durability();

    /// Whether it keeps anything: if not, nothing can be read back, and nobody has to wait for it.
    ///
    /// @return the same all the time
    default boolean keeps() {
        return durability() != Durability.NONE;
    }

    /// Tells what was found. Called once, before a [Journal] is written, by the thread that starts the broker.
    ///
    /// @param into takes it
    void recover(Recovered into);

    /// A number higher than every epoch, transaction and sequence of a retained message that any process before this
    /// one has used with this store; there is room for 2^40 more above it.
    ///
    /// @return 0 or more
    long firstId();

    /// Opens a shard's journal.
    ///
    /// @param shard number of the shard, 0 and up
    /// @param loop the shard's loop: completions come back on its thread
    /// @param progress told how far it has come
    /// @return what the shard writes to
    Journal open(int shard, Loop loop, Progress progress);

    /// Reads messages of one queue back. Any thread, never blocks; one reading of a queue at a time.
    ///
    /// @param epoch of the session, group or queue of delayed messages
    /// @param from the first sequence wanted
    /// @param end one more than the last sequence wanted; all records of those before it must be durable
    /// @param maxBytes so many bytes are read, and one message more at most
    /// @param loop where the answer comes
    /// @param then takes what was read; not called any more once the store has failed
    void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then);

    /// What it takes on the disk, as a part of what it may: it is [#full] beyond that. Any thread.
    ///
    /// @return 0 to 1 and above; a moment old
    default double diskPart() {
        return 0;
    }

    /// What stays on the disk takes there, as a part of what the journal leaves it, which goes round and round in its
    /// own. Any thread.
    ///
    /// @return 0 to 1 and above; a moment old
    default double keptPart() {
        return diskPart();
    }

    /// Reads retained messages back. Any thread, never blocks.
    ///
    /// @param wanted which, at least one; the records of all of them must be durable
    /// @param loop where the answer comes
    /// @param waits told there, before the answer and at most once, that this may take as long as the disk has no room:
    ///     the first message stands in the journal alone. Others who ask need not wait for that
    /// @param then takes the messages in the order asked for, null for each that has been replaced or cleared since, or
    ///     isn't there. What is missing at the end was not read, and may be asked for again: there may be nothing at
    ///     all when too many read. Not called any more once the store has failed
    void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then);

    /// Whether there is so little room on the disk that it is kept for acknowledgements, deletions and ends. Any
    /// thread.
    ///
    /// @return true while nothing new should be promised
    boolean full();

    /// What can be read of it while it runs.
    ///
    /// @return its figures; none if it counts nothing
    default List<Figure> figures() {
        return List.of();
    }

    /// Writes what is staged, waits until it is safe, and lets go of files.
    @Override
    void close();
}
