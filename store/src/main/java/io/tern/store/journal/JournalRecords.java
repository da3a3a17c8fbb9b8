package io.tern.store.journal;

import io.tern.api.Message;
import io.tern.api.Records;

/// What a journal says when it is read: [Records], and bodies that stand once for many queues.
///
/// The journal never says who published a queued message, as nothing asks that after its delivery was decided. That of
/// a delayed message is decided when it is due.
public interface JournalRecords extends Records {

    /// A message that stands in no queue: one that queues share, or that is retained.
    long NO_QUEUE = 0;

    /// Whether the message of the record that comes next is wanted. If not, it need not be decoded, and the record is
    /// told with null in its place.
    ///
    /// @param epoch of the session in whose queue it stands, or [#NO_QUEUE]
    /// @param sequence its place there; of a body its id, of a retained message its sequence
    /// @return true if it can't do without it
    default boolean wants(long epoch, long sequence) {
        return true;
    }

    /// A message that records after this one, of this frame or of later ones, refer to.
    ///
    /// @param id unique for the store's life
    /// @param message what
    void body(long id, Message message);

    /// A message stands in a session's queue, see [Records#queued].
    ///
    /// @param epoch of the session
    /// @param sequence place in that queue
    /// @param bodyId told to [#body] before
    /// @param qos 1 or 2
    /// @param retain the RETAIN flag to send
    /// @param identifiers subscription identifiers to send, or null
    /// @param transaction 0, or the record counts only together with [#committed] of this transaction
    void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction);

    /// Messages that follow one another in a queue are no longer owed, see [Records#settled].
    ///
    /// @param epoch of the session
    /// @param first place of the first in its queue
    /// @param count how many, 2 to 256
    default void settledRange(long epoch, long first, int count) {
        for (int i = 0; i < count; i++) {
            settled(epoch, first + i);
        }
    }
}
