package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import java.util.List;

/// What a [ClientSession] has to say to whoever drives it. Called in the middle of a session's method: an
/// implementation notes what was said and must not call the session.
public interface SessionEvents {

    /// The server accepted the connection.
    ///
    /// @param ack its CONNACK
    void connected(ConnAck ack);

    /// A message arrived.
    ///
    /// @param delivery goes back to [ClientSession#acknowledge] when the application has it
    void deliver(Delivery delivery);

    /// What was asked with this token is done: QoS 0 left [ClientSession#poll], QoS 1 and 2 were acknowledged,
    /// a SUBSCRIBE or UNSUBSCRIBE was answered.
    ///
    /// @param token from [Outgoing] or from the call
    /// @param reasons one for a PUBLISH (maybe 0x80 or more), one for each filter otherwise
    void settled(Object token, List<ReasonCode> reasons);

    /// What was asked with this token will not be done.
    ///
    /// @param token from [Outgoing] or from the call
    /// @param cause why
    void failed(Object token, MqttException cause);

    /// The server's session was lost and it did not take back a subscription that it once granted.
    ///
    /// @param filter the filter
    /// @param reason its answer
    void resubscribeRefused(TopicFilter filter, ReasonCode reason);

    /// The connection is of no use any more and must be closed at once.
    ///
    /// @param cause why
    void close(MqttException cause);
}
