package io.tern.store;

import io.tern.api.Options;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.journal.JournalOptions;

/// What a [JournaledStore] is told.
///
/// @param journal sizes of its files
/// @param archiver when frames are archived
/// @param forces whether what is written is forced to the disk before it counts as durable
/// @param reserveBytes free bytes on the disk below which it is full
/// @param sharePercent most of the disk that it may take, 1 to 100
public record StoreSettings(
        JournalOptions journal, ArchiverLimits archiver, boolean forces, long reserveBytes, int sharePercent) {

    private static final int RESERVE_SEGMENTS = 2;
    private static final int WAITING_READS = 1 << 20;
    private static final int JOURNAL_PART = 8;
    private static final int SEGMENT_PART = 8;

    /// As an operator has set it.
    ///
    /// @param options values of [StoreOptions]
    /// @param forces false for durability `os`
    /// @param diskBytes size of the disk, of which the journal takes an eighth at most unless told otherwise
    /// @return the settings
    /// @throws IllegalArgumentException if they don't go together
    public static StoreSettings of(Options options, boolean forces, long diskBytes) {
        int segmentBytes = Math.toIntExact(segmentBytes(options, diskBytes));
        long maxBytes = maxBytes(options, diskBytes);
        JournalOptions journal = new JournalOptions(segmentBytes, maxBytes, RESERVE_SEGMENTS);
        // The longer frames wait, the more of what they hold is settled by then and never archived.
        ArchiverLimits archiver = new ArchiverLimits(maxBytes * 3 / 8, segmentBytes, WAITING_READS);
        return new StoreSettings(
                journal,
                archiver,
                forces,
                options.get(StoreOptions.DISK_RESERVE_BYTES) + (long) RESERVE_SEGMENTS * segmentBytes,
                options.get(StoreOptions.DISK_SHARE));
    }

    private static long segmentBytes(Options options, long diskBytes) {
        long given = options.get(JournalOptions.SEGMENT_BYTES);
        if (options.isGiven(JournalOptions.SEGMENT_BYTES)) {
            return given;
        }
        long journalBytes = options.isGiven(JournalOptions.MAX_BYTES)
                ? options.get(JournalOptions.MAX_BYTES)
                : diskBytes / JOURNAL_PART;
        return Math.clamp(Long.highestOneBit(journalBytes / SEGMENT_PART), JournalOptions.SEGMENT_BYTES_LEAST, given);
    }

    private static long maxBytes(Options options, long diskBytes) {
        long given = options.get(JournalOptions.MAX_BYTES);
        if (options.isGiven(JournalOptions.MAX_BYTES)) {
            return given;
        }
        long least = JournalOptions.SEGMENTS_LEAST * segmentBytes(options, diskBytes);
        return Math.max(least, Math.min(given, diskBytes / JOURNAL_PART));
    }
}
