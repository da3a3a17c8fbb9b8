package io.tern.api;

import io.tern.wire.TopicName;

/// One shard's door to the [Store]: records are staged with plain arguments, and go out together when the turn ends.
///
/// Called on that shard's thread only. A record has been applied in memory when it is staged here; what waits for it is
/// only what leaves: the caller takes [#position] after staging and lets the reply go when the store has answered with
/// that position or a higher one. Sessions are named by their client identifier and epoch, so that recovery can tell an
/// ended session's records from those of its successor.
public interface Journal {

    /// A session began, or was resumed with other terms.
    ///
    /// @param clientId whose
    /// @param epoch which of that client's sessions
    /// @param expirySeconds how long it outlives its connection, 0 to 4,294,967,295 (never ends)
    void sessionOpened(String clientId, long epoch, long expirySeconds);

    /// A session has ended: nothing of it is owed any more.
    ///
    /// @param clientId whose
    /// @param epoch which of that client's sessions
    void sessionEnded(String clientId, long epoch);

    /// A session has a subscription, new or with other options.
    ///
    /// @param clientId whose
    /// @param epoch which of that client's sessions
    /// @param filter as the client wrote it, with `$share`
    /// @param options the subscription options byte of MQTT 5.0, section 3.8.3.1
    /// @param identifier subscription identifier, 0 for none
    void subscribed(String clientId, long epoch, String filter, int options, int identifier);

    /// A session has one subscription less.
    ///
    /// @param clientId whose
    /// @param epoch which of that client's sessions
    /// @param filter as the client wrote it
    void unsubscribed(String clientId, long epoch, String filter);

    /// A message stands in a session's queue.
    ///
    /// @param clientId whose queue
    /// @param epoch which of that client's sessions
    /// @param sequence place in that queue; the packet identifier derives from it
    /// @param message what
    /// @param qos 1 or 2, the quality it will be sent with
    void queued(String clientId, long epoch, long sequence, Message message, int qos);

    /// The receiver has the message of QoS 2: PUBREC came.
    ///
    /// @param clientId whose queue
    /// @param epoch which of that client's sessions
    /// @param sequence place in that queue
    void received(String clientId, long epoch, long sequence);

    /// A message is no longer owed: acknowledged, expired or dropped.
    ///
    /// @param clientId whose queue
    /// @param epoch which of that client's sessions
    /// @param sequence place in that queue
    void settled(String clientId, long epoch, long sequence);

    /// A message of QoS 2 has come in and must not be routed again under this packet identifier.
    ///
    /// @param clientId its publisher
    /// @param epoch which of that client's sessions
    /// @param packetId 1 to 65,535
    void inboundOpened(String clientId, long epoch, int packetId);

    /// The publisher released the packet identifier: PUBREL came.
    ///
    /// @param clientId the publisher
    /// @param epoch which of that client's sessions
    /// @param packetId 1 to 65,535
    void inboundReleased(String clientId, long epoch, int packetId);

    /// A topic's retained message was replaced.
    ///
    /// @param message the new one
    void retainedSet(Message message);

    /// A topic's retained message was removed.
    ///
    /// @param topic which
    void retainedCleared(TopicName topic);

    /// The position that covers everything staged so far.
    ///
    /// @return a number that only grows
    long position();

    /// Hands over what was staged since the last call. Once a turn; costs nothing when nothing is staged.
    void commit();
}
