package io.tern.api;

import io.tern.wire.TopicName;
import io.tern.wire.Will;

/// What happens to durable state, one call a fact, with plain arguments. The broker says it to a [Journal]; a reader of
/// a journal says it again, in the same order, to whoever rebuilds the state.
///
/// Sessions, shared groups' queues and queues of delayed messages are named by their epoch, which no two of a store
/// ever share. What a record speaks of is said by which call it is, never by a text in it: a client may be called like
/// a group. The calls for one epoch are in order; calls for different epochs may come in any order.
public interface Records {

    /// Stands for an end of what was sent that is not known: all may have been.
    long SENT_UNKNOWN = Long.MAX_VALUE;

    /// A session began, or was resumed on other terms. It has a connection from now on.
    ///
    /// @param epoch of the session, above 0
    /// @param clientId whose, any text
    /// @param owner whose it is from now on; null if that isn't known
    /// @param expirySeconds how long it outlives its connection, 0 to 4,294,967,295 (never ends)
    /// @param will of this connection, or null
    void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will);

    /// A session has lost its connection.
    ///
    /// @param epoch of the session
    /// @param atMillis when, milliseconds since 1970: its expiry and its will's delay count from here
    /// @param expirySeconds how long it outlives its connection, as the last packet said
    /// @param willOwed whether its will has still to be sent
    /// @param sentEnd messages of its queue from this sequence on were never sent, or [#SENT_UNKNOWN]
    void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd);

    /// Messages of a session's queue may be sent from now on, as far as is said here, once that is safe: who takes the
    /// queue up after a crash gives their packet identifiers to no others, whether or not they were written. It stands
    /// until the session has another connection, or is told again.
    ///
    /// @param epoch of the session
    /// @param end messages from this sequence on are not sent
    /// @param looseFirst of those from this sequence on some may be sent at QoS 2 that no record names,
    /// @param looseEnd up to this one; the same as the first if there are none
    void mayBeSent(long epoch, long end, long looseFirst, long looseEnd);

    /// A session's will is with those who get it, or was deleted.
    ///
    /// @param epoch of the session
    void willGone(long epoch);

    /// A session has ended: nothing of it is owed any more.
    ///
    /// @param epoch of the session
    void sessionEnded(long epoch);

    /// A shared group has a queue from now on, for as long as it has members whose sessions are durable.
    ///
    /// @param epoch of the queue, above 0
    /// @param filter of the group, with `$share/`
    void groupOpened(long epoch, String filter);

    /// A shared group's queue has ended: nothing in it is owed any more.
    ///
    /// @param epoch of the queue
    void groupEnded(long epoch);

    /// There is a queue of delayed messages from now on.
    ///
    /// @param epoch of the queue, above 0
    void delayedOpened(long epoch);

    /// A queue of delayed messages has ended, with all that is in it.
    ///
    /// @param epoch of the queue
    void delayedEnded(long epoch);

    /// A message waits until it is due. It is kept with its publisher, its owner and its flags, which all are asked for
    /// again then. It may come in any order, be [#settled] in any order, and is written also if it is settled at once:
    /// what it became may count only together with a commit that is not safe yet.
    ///
    /// @param epoch of a queue of delayed messages
    /// @param sequence place in that queue, see [DueSequence]; never given again in it, not after a restart either
    /// @param message what; expires when it says, so its life has to be counted from when it is due
    /// @param transaction 0, or the record counts only together with [#committed] of this transaction
    void delayed(long epoch, long sequence, Message message, long transaction);

    /// A session has a subscription, new or with other options.
    ///
    /// @param epoch of the session
    /// @param filter as the client wrote it, with `$share`
    /// @param options the subscription options byte of MQTT 5.0, section 3.8.3.1
    /// @param identifier subscription identifier, 0 for none
    void subscribed(long epoch, String filter, int options, int identifier);

    /// A session has one subscription less.
    ///
    /// @param epoch of the session
    /// @param filter as the client wrote it
    void unsubscribed(long epoch, String filter);

    /// A message stands in the queue of a session or a shared group.
    ///
    /// @param epoch of the session or group
    /// @param sequence place in that queue, 0 and up, growing; the packet identifier derives from it
    /// @param message what
    /// @param qos 1 or 2, the quality it will be sent with
    /// @param retain the RETAIN flag to send
    /// @param identifiers subscription identifiers to send, or null
    /// @param transaction 0, or the record counts only together with [#committed] of this transaction
    void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction);

    /// The receiver has the message of QoS 2: PUBREC came, PUBREL is owed until the message is settled.
    ///
    /// @param epoch of the session
    /// @param sequence place in its queue
    void received(long epoch, long sequence);

    /// A message is no longer owed: acknowledged, expired or dropped; of a delayed one, that it was sent or cancelled.
    ///
    /// @param epoch of the session, group or queue of delayed messages
    /// @param sequence place in its queue
    void settled(long epoch, long sequence);

    /// A message of QoS 2 has come in and must not be routed again under this packet identifier.
    ///
    /// @param epoch of its publisher's session
    /// @param packetId 1 to 65,535
    /// @param transaction 0, or the record counts only together with [#committed] of this transaction
    void inboundOpened(long epoch, int packetId, long transaction);

    /// The publisher released the packet identifier: PUBREL came.
    ///
    /// @param epoch of its session
    /// @param packetId 1 to 65,535
    void inboundReleased(long epoch, int packetId);

    /// All parts of a transaction count from now on. Every record of it was staged, and said to be safe, or stands in
    /// the same journal before this one.
    ///
    /// @param transaction above 0
    void committed(long transaction);

    /// A topic's retained message was replaced.
    ///
    /// @param message the new one, and whose it is, see [Message#owner]
    /// @param sequence of the change; of two changes to one topic the higher counts, whichever is said first
    void retainedSet(Message message, long sequence);

    /// A topic's retained message was removed.
    ///
    /// @param topic which
    /// @param sequence of the change, see [#retainedSet]
    void retainedCleared(TopicName topic, long sequence);
}
