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

    /// A crash loses nothing any more that somebody is owed by what was staged up to a position: each record is on the
    /// disk, or was taken out since it was over before it was written, or says only that a message is settled or may be
    /// sent. Told where that is further than what is [#durable]; what is durable is kept as well.
    ///
    /// @param position as given by [Journal#position]
    default void kept(long position) {
        // Who waits for no less than the disk needs not be told.
    }

    /// All records up to a position are on the disk, but for those that were taken out since they were over before they
    /// were written. They have been told as [#written] before.
    ///
    /// @param position as given by [Journal#position]
    void durable(long position);
}
