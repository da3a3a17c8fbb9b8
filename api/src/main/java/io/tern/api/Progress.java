package io.tern.api;

/// Hears how far a shard's [Journal] has come; on the thread of that shard's loop, whenever it has grown.
public interface Progress {

    /// All records up to a position are with the operating system: they outlive the process, not the power.
    ///
    /// @param position as given by [Journal#position]
    void written(long position);

    /// All records up to a position are on the disk. They have been told as [#written] before.
    ///
    /// @param position as given by [Journal#position]
    void durable(long position);
}
