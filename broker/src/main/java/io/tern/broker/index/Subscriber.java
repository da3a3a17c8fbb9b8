package io.tern.broker.index;

import io.tern.api.Message;
import io.tern.engine.Session;

/// Whatever can be offered the messages of a filter: a session's subscription, or a shared group. Owned by one shard
/// and told apart by identity. But for [#shard] only that shard's thread may call it.
public interface Subscriber {

    /// Takes a message, or has reasons not to: which it counts. What it throws ends its session's connection, if it has
    /// one, and nothing else.
    ///
    /// @param message what
    /// @param transaction that decides whether it counts, see [io.tern.api.Records#queued]; 0 for none
    /// @return whether its publisher's acknowledgement has to wait for the journal
    boolean offer(Message message, long transaction);

    /// The same, when other filters matched as well: takes it now, or says through which subscription it is to come,
    /// together with those of the others that belong to the same session.
    ///
    /// @param message what
    /// @param transaction as in [#offer]
    /// @param overlaps takes the subscription
    /// @return as [#offer]; false if it is yet to come
    default boolean offer(Message message, long transaction, Overlaps overlaps) {
        return offer(message, transaction);
    }

    /// The session whose it is.
    ///
    /// @return null if it is nobody's alone
    default Session session() {
        return null;
    }

    /// The shard that owns it, for life.
    ///
    /// @return 0 and up
    int shard();

    /// Whether an acknowledgement to the publisher has to wait until this one's delivery is safe.
    ///
    /// @return the same for as long as it is in the index, unless the index is told
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
