package io.tern.engine.outbound;

import io.tern.api.Message;
import io.tern.engine.queue.QueueOwner;

/// Whose an [Outbox] is: what it has to know of a session, and tells it.
public interface OutboxOwner extends QueueOwner {

    /// Its shard.
    ///
    /// @return the same all the time
    OutboundHost host();

    /// The number by which the journal knows it.
    ///
    /// @return the same all the time
    long epoch();

    /// Whether it was ever meant to outlive its connection, and so stands in the journal.
    ///
    /// @return true once and for all
    boolean durable();

    /// Its connection.
    ///
    /// @return null if it has none
    Receiver receiver();

    /// Whether its client may get a message that was taken in under other rules. What may not is counted by whoever
    /// asks.
    ///
    /// @param message which
    /// @param qos with which it would be sent
    /// @return false if it has to be dropped
    boolean mayStillReceive(Message message, int qos);

    /// How long it may take to find that a message may not be sent: all its subscriptions are searched in vain.
    ///
    /// @return number of its subscriptions
    int subscriptions();

    /// Goes on in a later turn.
    ///
    /// @param action what then; a bug in it ends this one's connection only
    void later(Runnable action);

    /// Waits until all that was staged by now counts as safe, as the operator has it.
    ///
    /// @param action what then
    void whenSafe(Runnable action);

    /// Waits for the disk.
    ///
    /// @param action when all that was staged by now is on disk for certain; a bug in it ends this one's connection
    void whenDurable(Runnable action);

    /// Sends what there is room for.
    void drain();
}
