package io.tern.engine.queue;

import io.tern.api.Message;

/// What a [DurableQueue] has to know of whose it is, and tells it.
public interface QueueOwner {

    /// Whether what stands in the journal can be read back from there.
    ///
    /// @return true if it need not be in memory
    boolean keeps();

    /// How much of the disk it may take.
    ///
    /// @return the same all the time
    default Allowance allowance() {
        return Allowance.ANY;
    }

    /// Whether there is somebody to send to.
    ///
    /// @return true if it may have more of the memory for that
    boolean connected();

    /// A message that stands in the journal is owed no more.
    ///
    /// @param sequence its place
    void settled(long sequence);

    /// Counts a message that is not delivered.
    ///
    /// @param message which
    /// @param reason why
    void dropped(Message message, DropReason reason);

    /// Counts messages that are not delivered and that nobody has in memory.
    ///
    /// @param messages how many
    /// @param reason why
    void droppedUnread(long messages, DropReason reason);

    /// A message was not taken whose topic asks to close its receiver's connection for that.
    void overwhelmed();

    /// The queue has grown beyond 80 % of its bound. Told again with each message more, until it is taken.
    ///
    /// @return whether its fullness is looked at, until [#unwatched]
    boolean filling();

    /// Reads from the disk, and calls [#readTo] later.
    ///
    /// @param from the first sequence wanted
    /// @param to one more than the last
    /// @param maxBytes about how much
    /// @param durable whether all records of these are on disk for certain; else it has to be waited for
    void read(long from, long to, int maxBytes, boolean durable);
}
