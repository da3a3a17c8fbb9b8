package io.tern.engine;

import io.tern.api.Message;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.QueueHolder;

/// What sessions tell the shard that owns them of their queues: that they fill, that they have room, what they drop. On
/// the shard's thread.
public interface SessionEvents {

    /// A session's outbox can take more of what waits for room elsewhere: retained messages, a shared group's queue.
    ///
    /// @param session which has room in its window or its output buffer
    void roomy(Session session);

    /// Messages wait for somebody who has no [QueueHolder#place] yet.
    ///
    /// @param one whose queue isn't empty
    void waiting(QueueHolder one);

    /// A session's queue has grown beyond 80 % of its bound. Told again with each message more, until it is taken.
    ///
    /// @param session whose [io.tern.engine.outbound.Outbox#fullness] is to be looked at now and then
    /// @return whether it is, until [io.tern.engine.outbound.Outbox#unwatched]
    default boolean filling(Session session) {
        return false;
    }

    /// A session's client has to be disconnected, since it takes too little: later, from outside of the session's work.
    ///
    /// @param session whose queue is full
    void overwhelmed(Session session);

    /// Counts a message that one receiver doesn't get.
    ///
    /// @param session whose
    /// @param message which
    /// @param reason why
    void dropped(Session session, Message message, DropReason reason);

    /// Counts messages that one receiver doesn't get and that nobody has in memory.
    ///
    /// @param session whose
    /// @param messages how many, about
    /// @param reason why
    void droppedUnread(Session session, long messages, DropReason reason);
}
