package io.tern.engine;

/// Something that receives the messages of a filter: a session's subscription, or a shared group. Owned by one shard
/// and told apart by identity.
public interface Subscriber {

    /// The shard that owns it, for life.
    ///
    /// @return 0 and up
    int shard();

    /// Whether an acknowledgement to the publisher has to wait until this one's delivery is safe.
    ///
    /// @return the same for as long as it is in the index
    boolean durable();

    /// Where it stands in its shard's list, -1 when it is in none; kept here so that it can be removed without a
    /// search.
    ///
    /// @return what was last given to [#position(int)]
    int position();

    /// Remembers where it stands.
    ///
    /// @param newPosition index in the list
    void position(int newPosition);
}
