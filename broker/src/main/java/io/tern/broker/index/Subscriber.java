package io.tern.broker.index;

/// One who gets the messages of a filter: a session's subscription, or a shared group as a whole.
///
/// Compared by identity. Stands in at most one entry at a time.
public interface Subscriber {

    /// The shard that owns this subscriber. Fixed for life; asked on any thread.
    ///
    /// @return 0 to [FilterEntry#SHARDS_MAX] - 1
    int shard();

    /// Whether a delivery to it is owed until it is safe. Fixed for life; when a session's durability changes, a new
    /// subscriber takes the old one's place with [Index#replace].
    ///
    /// @return true if an acknowledgement has to wait for it
    boolean durable();

    /// The place the index has given it, -1 when it is in no entry. Asked on its shard's thread only.
    ///
    /// @return what [#position(int)] was last told
    int position();

    /// Remembers a place. Called by the index only, on the subscriber's shard's thread.
    ///
    /// @param position place in its list, -1 when it has left
    void position(int position);
}
