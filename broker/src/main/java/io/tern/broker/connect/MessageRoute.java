package io.tern.broker.connect;

import io.tern.api.Message;
import io.tern.engine.inbound.Ticket;
import io.tern.wire.TopicName;

/// The way of wills, and of messages of the server itself, to all who subscribe to them. On the shard's thread.
public interface MessageRoute {

    /// Whether all lanes took what they were given: the time for those who can wait.
    ///
    /// @return at this moment
    boolean isClear();

    /// Whether it is known who subscribes to a topic. If not, it is looked up over several turns, this one among them.
    ///
    /// @param topic of a message that is to be sent next
    /// @return false if it has to wait for that
    boolean isKnown(TopicName topic);

    /// Sends a message on its way.
    ///
    /// @param message what
    /// @param ticket who waits until it is safe, or null
    void publish(Message message, Ticket ticket);
}
