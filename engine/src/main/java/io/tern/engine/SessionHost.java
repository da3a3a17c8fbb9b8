package io.tern.engine;

import io.tern.api.Durability;
import io.tern.engine.outbound.OutboundHost;
import io.tern.engine.rules.Limits;

/// What sessions ask of the shard that owns them: its memory, journal and limits, and to be called back when what they
/// wait for is there. On the shard's thread.
public interface SessionHost extends OutboundHost, SessionEvents {

    /// The bounds set for each client.
    ///
    /// @return the same all the time
    Limits limits();

    @Override
    default long queueBytes() {
        return limits().queueBytes();
    }

    @Override
    default long queueDiskBytes() {
        return limits().queueDiskBytes();
    }

    @Override
    default int packetIds() {
        return limits().packetIds();
    }

    @Override
    default int queueMessages() {
        return limits().queueMessages();
    }

    /// The rules of who may receive what.
    ///
    /// @return the same all the time
    default DeliveryRules deliveryRules() {
        return DeliveryRules.NONE;
    }

    /// Whether the journal keeps what it is told. If not, nobody has to wait for it but the order of things.
    ///
    /// @return the same all the time
    boolean keeps();

    /// Runs an action when nothing that anybody is owed by what is staged so far can be lost any more, at once if it is
    /// so; in the order asked for. That messages are settled, or may be sent, may not be on disk yet.
    ///
    /// @param action to run
    void whenSafe(Runnable action);

    /// Runs an action when everything staged so far is on disk, at once if it is; in the order asked for.
    ///
    /// @param session whose client is closed if it fails
    /// @param action to run
    void whenDurable(Session session, Runnable action);

    /// Calls [Session#release] when a message may be sent: when everything staged so far is safe and its transaction,
    /// if it has one, is decided.
    ///
    /// @param session in whose queue it is
    /// @param sequence its place there
    /// @param durability how safe it has to be
    /// @param transaction 0 for none
    void hold(Session session, long sequence, Durability durability, long transaction);

    /// Reads a part of a session's queue from the disk, and calls [Session#read] later.
    ///
    /// @param session whose
    /// @param from the first sequence wanted
    /// @param end one more than the last
    /// @param maxBytes about how much
    /// @param durable whether all records of these are on disk for certain; else it has to be waited for
    void read(Session session, long from, long end, int maxBytes, boolean durable);

    /// Does something for a session in a later turn.
    ///
    /// @param session in whose queue so much was denied that others have their turn first
    /// @param action to do
    default void later(Session session, Runnable action) {
        action.run();
    }
}
