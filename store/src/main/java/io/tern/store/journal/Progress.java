package io.tern.store.journal;

/// Hears how far one shard's records have come. Called on that shard's loop thread; positions only grow.
public interface Progress {

    /// Records up to a position are with the operating system: they survive the end of the process.
    ///
    /// @param position as [Staging#position] said it after staging
    void written(long position);

    /// Records up to a position are on the disk: they survive a power failure. With durability `os` that is said without
    /// waiting for the disk.
    ///
    /// @param position as [Staging#position] said it after staging
    void durable(long position);
}
