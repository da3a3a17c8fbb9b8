package io.tern.store.archive;

/// What the journal says later about records that are being applied, so that what has become meaningless by then is
/// left out. Knowing nothing is right, too; it only costs.
///
/// Everything it tells stands in frames that are safe on disk and will be applied, whatever happens.
interface Known {

    /// Nothing is known.
    Known NOTHING = new Known() {};

    /// Whether a session has ended.
    default boolean isEnded(long epoch) {
        return false;
    }

    /// Whether a message is no longer owed.
    default boolean isSettled(long epoch, long sequence) {
        return false;
    }

    /// Whether an inbound packet identifier is released later than the record that is being applied.
    default boolean isReleased(long epoch, int packetId) {
        return false;
    }

    /// The release that [#isReleased] was thinking of is being applied now.
    default void releasing(long epoch, int packetId) {}

    /// That these messages of a queue are settled has been applied.
    default void settling(long epoch, Ranges settled) {}

    /// Whether a transaction has been committed.
    default boolean isCommitted(long transaction) {
        return false;
    }

    /// Whether a later frame than the one named may refer to a body told there.
    ///
    /// @param id of the body
    /// @param frame that told it
    /// @param position the frame that will be applied next
    default boolean mayBeReferred(long id, long frame, long position) {
        return frame + Archive.BODY_FRAMES >= position;
    }
}
