package io.tern.store.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// A [Table] in a folder, kept by RocksDB without a journal of its own: with one column family its write buffers reach
/// the disk in the order they were filled, each at a stroke, and that is all the order the port promises.
///
/// Native memory: [#CACHE_BYTES] of blocks read, two write buffers of at most 64 MiB, see [TableShape], and about 10 KB
/// for each of at most [#OPEN_FILES] open files. RocksDB has two threads of its own for flushing and compaction.
public final class RocksTable implements Table {

    /// Most bytes of blocks, index blocks among them, that are kept after reading.
    public static final int CACHE_BYTES = 32 << 20;

    /// Most files open at once.
    public static final int OPEN_FILES = 512;

    private static final int WRITE_BUFFERS = 2;
    private static final int BLOCK_BYTES = 16 << 10;
    private static final int SLICES_OF_A_MERGE = 4;
    private static final int BACKGROUND_JOBS = 2;
    private static final String NO_SPACE = "No space left on device";
    private static final int LOG_FILES = 3;
    private static final int LOG_BYTES = 1 << 20;

    private final Path folder;
    private final LRUCache cache = new LRUCache(CACHE_BYTES);
    private final CompressionOptions compression = new CompressionOptions().setLevel(1);
    private final Options options;
    private final TableShape shape;
    private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
    private final FlushOptions flushOptions = new FlushOptions().setWaitForFlush(true);
    private final RocksDB db;
    private IOException failure;
    private boolean closed;
    private boolean merges;

    /// Where the next slice to be compacted begins; null for the first.
    private byte[] nextSlice;

    private RocksTable(Path folder, TableShape shape, boolean begins) throws IOException {
        this.folder = folder;
        this.shape = shape;
        this.options = options().setCreateIfMissing(begins);
        try {
            db = RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            closeAll(options, writeOptions, flushOptions, compression, cache);
            throw explained("can't be opened", e);
        }
    }

    /// Loads the native library, if it lies unpacked beside its jar, see [#unpackLibrary]. Any thread.
    public static void preload() {
        NativeLibrary.preload();
    }

    /// Unpacks the native library beside its jar, for all starts from there.
    ///
    /// @return where it is; empty if RocksDB is not in a jar or carries nothing for this machine
    /// @throws IOException if it can't be written
    public static Optional<Path> unpackLibrary() throws IOException {
        return NativeLibrary.unpackBesideJar();
    }

    /// Opens a folder, which no other process may have open. A new table is begun only where nothing is at all: RocksDB
    /// would begin one in place of what it doesn't understand, and delete that.
    ///
    /// @param folder made if it isn't there
    /// @param libraryFolder where the native library is kept between runs, unless it lies beside its jar; made if it
    ///     isn't there
    /// @return the state after the last flush, or after some later batch
    /// @throws IOException if it can't be opened, saying what to do
    public static RocksTable open(Path folder, Path libraryFolder) throws IOException {
        Files.createDirectories(folder);
        return open(folder, libraryFolder, TableShape.of(Files.getFileStore(folder).getTotalSpace()));
    }

    static RocksTable open(Path folder, Path libraryFolder, TableShape shape) throws IOException {
        NativeLibrary.load(libraryFolder);
        Files.createDirectories(folder);
        boolean begins;
        try (Stream<Path> files = Files.list(folder)) {
            begins = files.findAny().isEmpty();
        }
        return new RocksTable(folder, shape, begins);
    }

    /// Looks up a few keys without changing anything in the folder but RocksDB's log.
    ///
    /// @param folder of a table that no process has open
    /// @param libraryFolder as in [#open]
    /// @param keys which
    /// @return their values, null for each that isn't there
    /// @throws IOException if it can't be opened or read
    public static byte[][] peek(Path folder, Path libraryFolder, byte[]... keys) throws IOException {
        NativeLibrary.load(libraryFolder);
        try (Options options = new Options().setMaxOpenFiles(OPEN_FILES).setKeepLogFileNum(LOG_FILES);
                RocksDB db = RocksDB.openReadOnly(options, folder.toString())) {
            byte[][] values = new byte[keys.length][];
            for (int i = 0; i < keys.length; i++) {
                values[i] = db.get(keys[i]);
            }
            return values;
        } catch (RocksDBException e) {
            throw explained(folder, "can't be opened", e);
        }
    }

    private Options options() {
        return new Options()
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setMaxOpenFiles(OPEN_FILES)
                .setWriteBufferSize(shape.writeBufferBytes())
                .setMaxWriteBufferNumber(WRITE_BUFFERS)
                // The one writer gains nothing from it, and pays for its atomic operations.
                .setAllowConcurrentMemtableWrite(false)
                // What was not flushed is in the journal still.
                .setAvoidFlushDuringShutdown(true)
                // An error is fatal: RocksDB must not try again behind our back.
                .setMaxBgErrorResumeCount(0)
                // Queueing a million messages of noise: 2.1 us each, 2.6 with level 3, 1.8 with LZ4, where references
                // take a third more room.
                .setCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setCompressionOptions(compression)
                // Whether there is room for that is seen later.
                .setDisableAutoCompactions(true)
                .setLevel0FileNumCompactionTrigger(shape.mergedFiles())
                .setLevel0SlowdownWritesTrigger(shape.slowingFiles())
                .setLevel0StopWritesTrigger(shape.firstLevelFilesMost())
                .setMaxBytesForLevelBase(shape.secondLevelBytes())
                .setTargetFileSizeBase(shape.writeBufferBytes())
                .setMaxCompactionBytes(shape.compactionBytes())
                .setBytesPerSync(1 << 20)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setSkipStatsUpdateOnDbOpen(true)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(LOG_FILES)
                .setMaxLogFileSize(LOG_BYTES)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(BLOCK_BYTES)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinL0FilterAndIndexBlocksInCache(true));
    }

    @Override
    public void write(Batch batch) throws IOException {
        check();
        if (batch.count() == 0) {
            return;
        }
        try (WriteBatch handed = new WriteBatch(batch.serialized())) {
            db.write(writeOptions, handed);
        } catch (RocksDBException e) {
            throw broken("can't be written", e);
        }
        checkBackground();
    }

    @Override
    public byte[] get(byte[] key) throws IOException {
        check();
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw broken("can't be read", e);
        }
    }

    @Override
    public Cursor cursor(byte[] from, byte[] toExclusive) throws IOException {
        check();
        return new Walk(from, toExclusive);
    }

    @Override
    public void flush() throws IOException {
        check();
        try {
            db.flush(flushOptions);
        } catch (RocksDBException e) {
            throw broken("can't be written", e);
        }
        checkBackground();
    }

    @Override
    public boolean compactSlice() throws IOException {
        check();
        try {
            nextSlice = compactFrom(nextSlice);
        } catch (RocksDBException e) {
            throw broken("can't be compacted", e);
        }
        checkBackground();
        return nextSlice != null;
    }

    /// Merges what concerns a few files of the last level: these lie in a row, and hold most of the entries.
    private byte[] compactFrom(byte[] from) throws RocksDBException {
        List<LiveFileMetaData> files = db.getLiveFilesMetaData();
        int last = files.stream().mapToInt(LiveFileMetaData::level).max().orElse(0);
        List<LiveFileMetaData> row = files.stream()
                .filter(file -> file.level() == last && last > 0)
                .filter(file -> from == null || Arrays.compareUnsigned(file.largestKey(), from) >= 0)
                .sorted((a, b) -> Arrays.compareUnsigned(a.smallestKey(), b.smallestKey()))
                .toList();
        long bytes = 0;
        for (LiveFileMetaData file : row) {
            bytes += file.size();
            if (bytes >= shape.compactionBytes() / SLICES_OF_A_MERGE && file != row.getLast()) {
                byte[] to = file.largestKey();
                db.compactRange(from, to);
                return Arrays.copyOf(to, to.length + 1); // The next key there can be.
            }
        }
        db.compactRange(from, null);
        return null;
    }

    @Override
    public void merge(boolean allowed) throws IOException {
        check();
        if (merges == allowed) {
            return;
        }
        try {
            db.setOptions(MutableColumnFamilyOptions.builder()
                    .setDisableAutoCompactions(!allowed)
                    .build());
        } catch (RocksDBException e) {
            // What it has been told holds all the same, it only can't be written down.
            if (!e.getMessage().contains(NO_SPACE)) {
                throw broken("can't be told whether it may merge", e);
            }
        }
        merges = allowed;
    }

    @Override
    public long approximateBytes(byte[] from, byte[] toExclusive) throws IOException {
        check();
        try (Slice start = new Slice(from);
                Slice limit = new Slice(toExclusive)) {
            return db.getApproximateSizes(
                    List.of(new Range(start, limit)),
                    SizeApproximationFlag.INCLUDE_FILES,
                    SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
        }
    }

    /// {@return what the first level and the next hold, which are merged as a whole, or a merge of the levels below}
    @Override
    public long mergeBytes() throws IOException {
        check();
        try {
            int next = Integer.parseInt(db.getProperty("rocksdb.base-level"));
            long firstBytes = 0;
            long nextBytes = 0;
            long allBytes = 0;
            // A heading of two lines, then level, files and mebibytes.
            for (String line : db.getProperty("rocksdb.levelstats").lines().skip(2).toList()) {
                String[] words = line.strip().split(" +");
                long bytes = words[1].equals("0") ? 0 : (Long.parseLong(words[2]) + 1) << 20; // It is rounded.
                firstBytes += words[0].equals("0") ? bytes : 0;
                nextBytes += Integer.parseInt(words[0]) == next ? bytes : 0;
                allBytes += bytes;
            }
            return Math.min(allBytes, Math.max(firstBytes + nextBytes, shape.compactionBytes()));
        } catch (RocksDBException e) {
            throw broken("can't say what it holds", e);
        }
    }

    @Override
    public void checkpoint(Path copy) throws IOException {
        check();
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(copy.toString());
        } catch (RocksDBException e) {
            throw explained("can't be copied", e); // The table itself is as it was.
        }
    }

    @Override
    public long flushBytes() {
        return shape.flushBytes();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            db.closeE();
        } catch (RocksDBException e) {
            if (failure == null) {
                throw explained("can't be closed", e);
            }
        } finally {
            closeAll(options, writeOptions, flushOptions, compression, cache);
        }
    }

    private static void closeAll(AbstractNativeReference... objects) {
        for (AbstractNativeReference each : objects) {
            each.close();
        }
    }

    private void check() throws IOException {
        if (closed) {
            throw new IOException("the table in " + folder + " is closed");
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// What failed on RocksDB's own threads is found by their count. Its listener for such errors throws when it is
    /// told of one that happened without a journal, since the Java side doesn't know these reasons.
    void checkBackground() throws IOException {
        try {
            if (db.getLongProperty("rocksdb.background-errors") != 0) {
                throw broken("failed in the background", backgroundError());
            }
        } catch (RocksDBException e) {
            throw broken("can't say how it is", e);
        }
    }

    /// What it was is the answer to whatever is to be written then.
    private RocksDBException backgroundError() {
        try (WriteBatch nothing = new WriteBatch()) {
            db.write(writeOptions, nothing);
            return new RocksDBException("see the file LOG there");
        } catch (RocksDBException e) {
            return e;
        }
    }

    private IOException broken(String what, RocksDBException cause) {
        failure = explained(what, cause);
        return failure;
    }

    private IOException explained(String what, RocksDBException cause) {
        return explained(folder, what, cause);
    }

    /// What RocksDB can't open, but for want of room or rights, is damaged: a file of it is missing or not as it was.
    private static IOException explained(Path folder, String what, RocksDBException cause) {
        String message = "the table in " + folder + " " + what + ": " + cause.getMessage();
        Status status = cause.getStatus();
        boolean damaged = status != null && (status.getCode() == Status.Code.Corruption
                || status.getCode() == Status.Code.InvalidArgument && message.contains("does not exist")
                || message.contains("No such file"));
        return damaged
                ? new DamagedTableException(message, cause)
                : new IOException(message, cause);
    }

    private final class Walk implements Cursor {

        private final byte[] from;
        private final Slice limit;
        private final ReadOptions readOptions;
        private final RocksIterator entries;
        private boolean valid;

        Walk(byte[] from, byte[] toExclusive) throws IOException {
            this.from = from.clone();
            limit = new Slice(toExclusive);
            readOptions = new ReadOptions().setIterateUpperBound(limit);
            entries = db.newIterator(readOptions);
            try {
                seek(from);
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        @Override
        public boolean valid() {
            return valid;
        }

        @Override
        public void next() throws IOException {
            entries.next();
            look();
        }

        @Override
        public void seek(byte[] key) throws IOException {
            check();
            entries.seek(Arrays.compareUnsigned(key, from) < 0 ? from : key);
            look();
        }

        private void look() throws IOException {
            valid = entries.isValid();
            if (!valid) {
                try {
                    entries.status();
                } catch (RocksDBException e) {
                    throw broken("can't be read", e);
                }
            }
        }

        @Override
        public byte[] key() {
            return entries.key();
        }

        @Override
        public byte[] value() {
            return entries.value();
        }

        @Override
        public void close() {
            entries.close();
            readOptions.close();
            limit.close();
        }
    }
}
