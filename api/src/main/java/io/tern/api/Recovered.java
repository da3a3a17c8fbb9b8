package io.tern.api;

import io.tern.wire.Will;
import java.util.function.Supplier;

/// Takes what a [Store] found when it was opened: the state as it was when the process before ended, less what had
/// ended by then. A session, group or queue of delayed messages is told first, then what belongs to it. Queued messages
/// are not told one by one: there may be tens of millions, and they are read when they are wanted.
public interface Recovered {

    /// Stands for "was connected when the process ended" in [#session].
    long CONNECTED = -1;

    /// A session.
    ///
    /// @param epoch of the session
    /// @param clientId whose, any text
    /// @param owner whose it is; null if that was not written down
    /// @param expirySeconds how long it outlives its connection
    /// @param will still to be sent, or null
    /// @param leftMillis when it lost its connection, milliseconds since 1970, or [#CONNECTED]
    /// @param sentEnd messages of its queue from this sequence on were never sent, or [Records#SENT_UNKNOWN]
    void session(
            long epoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis,
            long sentEnd);

    /// A shared group that has a queue. It has neither subscriptions nor inbound packet identifiers.
    ///
    /// @param epoch of the queue
    /// @param filter of the group, with `$share/`
    void group(long epoch, String filter);

    /// A queue of delayed messages. Nothing belongs to it but its [#queue], of which the number of messages is exact,
    /// and the bytes are the sum of [Message#costBytes].
    ///
    /// @param epoch of the queue
    void delayed(long epoch);

    /// One of a session's subscriptions, in the order they were made or changed last.
    ///
    /// @param epoch of the session
    /// @param filter as the client wrote it
    /// @param options the subscription options byte
    /// @param identifier subscription identifier, 0 for none
    void subscription(long epoch, String filter, int options, int identifier);

    /// A packet identifier of QoS 2 that its client has not released.
    ///
    /// @param epoch of the session
    /// @param packetId 1 to 65,535
    void inbound(long epoch, int packetId);

    /// Messages of QoS 2 that a session may have been sent and that are in no record: its client may still remember
    /// their packet identifiers. Told before its queue, and only if there are some.
    ///
    /// @param epoch of the session
    /// @param first sequence of the first of them
    /// @param end one more than that of the last
    void loose(long epoch, long first, long end);

    /// The queue of a session or group, or of delayed messages. Not told if it never had one, and nothing is [#loose].
    ///
    /// @param epoch of the session or group, or of delayed messages
    /// @param first the oldest sequence that may not be settled; `end` if all are
    /// @param end one more than the newest sequence that was given, but for those that were settled before they were
    ///     written
    /// @param messages how many of them are not settled, at most `end - first`; if that is not known, so many
    /// @param bytes about what the messages in it take on disk
    void queue(long epoch, long first, long end, long messages, long bytes);

    /// A retained message.
    ///
    /// @param id its topic, and the sequence of the change that brought it
    /// @param owner whose it is; null if that was not written down
    /// @param expiresAtMillis see [Message#expiresAtMillis]
    /// @param costBytes see [Message#costBytes]
    /// @param message makes the message itself, for who wants it now; not to be called after this method has returned.
    ///     [Store#readRetained] reads it later
    void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message);
}
