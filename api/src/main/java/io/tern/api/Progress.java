package io.tern.api;

/// Hears how far a shard's [Journal] has come; on the thread of that shard's loop, whenever it has grown.
public interface Progress {

    /// All records up to a position are with the operating system: they outlive the process, not the power.
    ///
    /// @param position as given by [Journal#position]
    void written(long position);

    /// Whether somebody waits to be told that what was staged is [#written]. Asked on the loop's thread when records
    /// are handed over. If nobody does, it may be told as late as [#durable]: that spares a wake-up for each commit.
    ///
    /// @return true to be told as soon as it is so
    default boolean awaitsWritten() {
        return true;
    }

    /// All records up to a position are on the disk. They have been told as [#written] before.
    ///
    /// @param position as given by [Journal#position]
    void durable(long position);
}
