package io.tern.store.table;

/// How a [RocksTable] cuts what it writes: small pieces on a small disk, since a merge needs room for its outcome
/// beside what it was made of.
///
/// @param writeBufferBytes what is gathered in memory, and becomes a file of the first level
/// @param mergedFiles files of the first level are merged when there are so many. The more, the less often an entry is
///     written again: of 22 million queued one after the other each costs 3.6 us with 8 files, 3.2 with 16. But they
///     are read beside each other
/// @param firstLevelFilesMost with so many of them writing waits for merging
/// @param secondLevelBytes what the next level should hold
record TableShape(int writeBufferBytes, int mergedFiles, int firstLevelFilesMost, long secondLevelBytes) {

    /// On a disk of 8 GiB and more.
    private static final int WRITE_BUFFER_BYTES_MOST = 64 << 20;

    private static final int WRITE_BUFFER_BYTES_LEAST = 1 << 20;
    private static final int FIRST_LEVEL_FILES_MOST = 32;
    private static final int FIRST_LEVEL_FILES_LEAST = 8;
    private static final long SECOND_LEVEL_BYTES_MOST = 256 << 20;

    /// Parts of the disk.
    private static final int WRITE_BUFFER_PART = 128;
    private static final int SECOND_LEVEL_PART = 32;
    private static final int FIRST_LEVEL_PART = 16;

    /// One is filled while the other is written, and as much again may come before somebody looks at the disk.
    private static final int WRITE_BUFFERS_UNDER_WAY = 4;

    private static final int COMPACTION_FILES = 16;

    /// What suits a disk.
    ///
    /// @param diskBytes its size
    static TableShape of(long diskBytes) {
        long buffer = Math.clamp(
                Long.highestOneBit(diskBytes / WRITE_BUFFER_PART), WRITE_BUFFER_BYTES_LEAST, WRITE_BUFFER_BYTES_MOST);
        return of(diskBytes, (int) buffer);
    }

    /// With another write buffer than would suit.
    static TableShape of(long diskBytes, int writeBufferBytes) {
        long secondLevel = Math.clamp(diskBytes / SECOND_LEVEL_PART, 4L * writeBufferBytes, SECOND_LEVEL_BYTES_MOST);
        long files = diskBytes / FIRST_LEVEL_PART / writeBufferBytes;
        int most = Math.clamp(files, FIRST_LEVEL_FILES_LEAST, FIRST_LEVEL_FILES_MOST);
        return new TableShape(writeBufferBytes, most / 2, most, secondLevel);
    }

    /// With so many files of the first level writing is slowed down.
    int slowingFiles() {
        return firstLevelFilesMost - firstLevelFilesMost / 4;
    }

    /// What a merge of two lower levels writes at most: one file, and what it meets in a level ten times as large. The
    /// first level is always merged as a whole, with all of the next.
    long compactionBytes() {
        return (long) COMPACTION_FILES * writeBufferBytes;
    }

    /// What write buffers may need before it is seen that the disk has no room for more.
    long flushBytes() {
        return (long) WRITE_BUFFERS_UNDER_WAY * writeBufferBytes;
    }
}
