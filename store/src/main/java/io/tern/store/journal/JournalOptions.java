package io.tern.store.journal;

import io.tern.api.Option;

/// How large the journal's files are, and all of them together.
///
/// @param segmentBytes size of one file, a multiple of 4 KiB, 16 KiB to 1 GiB
/// @param maxBytes size of all that hold what the archive has not taken over, at least four files
/// @param reserveSegments files that only chunks which let go of something may begin, 0 and up, at most a half of all
public record JournalOptions(int segmentBytes, long maxBytes, int reserveSegments) {

    private static final long MIB = 1024 * 1024;

    /// The smallest file that an operator may set.
    public static final long SEGMENT_BYTES_LEAST = MIB;

    /// So many files at least.
    public static final int SEGMENTS_LEAST = 4;

    /// Size of one file.
    public static final Option<Long> SEGMENT_BYTES = Option.bytes(
            "journal.segment_bytes",
            64 * MIB,
            SEGMENT_BYTES_LEAST,
            1024 * MIB,
            "Size of one file of the journal; by default an eighth of journal.max_bytes where that is less. Files are"
                    + " made once and used again.");

    /// Size of all files.
    public static final Option<Long> MAX_BYTES = Option.bytes(
            "journal.max_bytes",
            512 * MIB,
            SEGMENTS_LEAST * SEGMENT_BYTES_LEAST,
            1024 * 1024 * MIB,
            "Most that the journal takes on disk, at least four times journal.segment_bytes; by default no more than an"
                    + " eighth of the disk. When the archive does not take over fast enough, publishers wait.");

    /// What holds if nothing is set: 64 MiB, 512 MiB, two in reserve.
    public static final JournalOptions DEFAULT = new JournalOptions((int) (64 * MIB), 512 * MIB, 2);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming what is out of range
    public JournalOptions {
        if (segmentBytes < 4 * Frame.BLOCK_BYTES || segmentBytes > 1024 * MIB
                || segmentBytes % Frame.BLOCK_BYTES != 0) {
            throw new IllegalArgumentException(
                    "a journal file of " + segmentBytes + " bytes is no multiple of 4 KiB in 16 KiB to 1 GiB");
        }
        if (maxBytes < (long) SEGMENTS_LEAST * segmentBytes) {
            throw new IllegalArgumentException("a journal of " + maxBytes + " bytes has not four files of "
                    + segmentBytes + " bytes");
        }
        if (reserveSegments < 0 || reserveSegments > maxBytes / segmentBytes / 2) {
            throw new IllegalArgumentException("a reserve of " + reserveSegments + " files");
        }
    }
}
