package io.tern.store.archive;

/// When an [Archiver] works, and how much it takes on.
///
/// @param heldBytes the journal may hold so much before its oldest frames are archived; the longer they wait, the more
///     of them is settled by then and never written
/// @param partBytes so many bytes of frames are archived between two flushes
/// @param waitingReads most reads that wait at once
public record ArchiverLimits(long heldBytes, long partBytes, int waitingReads) {

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming what is out of range
    public ArchiverLimits {
        if (heldBytes < 0 || partBytes < 1 || waitingReads < 1) {
            throw new IllegalArgumentException(
                    "held " + heldBytes + " bytes, part " + partBytes + " bytes, " + waitingReads + " reads");
        }
    }
}
