package io.tern.store.journal;

/// What one shard hands over at once: records in a buffer. A shard has one, and it is in one place at a time: with the
/// shard, in the committer's inbox, or with the committer.
final class Chunk {

    final Staging owner;
    byte[] bytes;
    int length;

    /// The position that everything in it, and before it, comes up to.
    long position;

    /// Whether all it says lets go of something, so that it may use the last free segments.
    boolean endings;

    /// Whether its shard wants to know when it is written, and not only when it is safe.
    boolean awaited;

    /// The chunk below it in the committer's inbox.
    Chunk next;

    Chunk(Staging owner) {
        this.owner = owner;
    }
}
