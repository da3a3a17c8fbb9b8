package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;

/// Hears what happens to the connection, in order, on a virtual thread of the client's own. Of more than 100 events
/// not yet taken the oldest are forgotten.
public interface ConnectionListener {

    /// The server accepted a connection: the first, or one after a loss.
    ///
    /// @param ack its CONNACK
    default void connected(ConnAck ack) { }

    /// The connection was lost and will be made again.
    ///
    /// @param cause why
    default void connectionLost(MqttException cause) { }

    /// An attempt to make it again failed; the next one follows.
    ///
    /// @param cause why
    default void attemptFailed(MqttException cause) { }

    /// The connection is gone and will not be made again. Not called for the application's own disconnect.
    ///
    /// @param cause why
    default void ended(MqttException cause) { }

    /// The server has lost the session and did not take back a subscription that it once granted.
    ///
    /// @param filter the filter
    /// @param reason its answer
    default void resubscribeRefused(TopicFilter filter, ReasonCode reason) { }

    /// The message handler threw.
    ///
    /// @param message what it was given
    /// @param failure what it threw
    default void handlerFailed(Publish message, Exception failure) { }
}
