package io.tern.store.table;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/// One of the files of a table: a walk over those of its entries that can be read. For one thread.
final class SoundFile implements Closeable {

    /// So many keys behind a damaged one are tried one after the other, before the search becomes coarser.
    private static final int TRIES_MAX = 4096;

    final String name;
    /// The lower comes first where two files have a key.
    final long rank;
    final byte[] smallest;
    final byte[] largest;

    /// Why not all of it can be read, null if it can.
    private String fault;
    private final UnaryOperator<byte[]> following;
    private final Options options = new Options();
    private final ReadOptions readOptions = new ReadOptions().setVerifyChecksums(true);
    private SstFileReader reader;
    private SstFileReaderIterator entries;
    private long entriesInAll = -1;
    private long entriesRead;
    private byte[] key;
    private byte[] last;
    private byte[] holeAfter;
    private boolean skipped;

    /// Opens it, and reads all of it once to see whether it is whole.
    ///
    /// @param smallest its first key, and
    /// @param largest its last one; null if that isn't known
    /// @param bytes how large it should be, -1 if that isn't known
    /// @param entriesInAll how many entries it should have, -1 if that isn't known
    /// @param following the next key that there could be behind one, or null
    SoundFile(Path path, long rank, byte[] smallest, byte[] largest, long bytes, long entriesInAll,
            UnaryOperator<byte[]> following) {
        this.name = path.getFileName().toString();
        this.rank = rank;
        this.smallest = smallest;
        this.largest = largest;
        this.following = following;
        this.entriesInAll = entriesInAll;
        if (!path.toFile().isFile()) {
            fault = "it is gone";
            return;
        }
        if (bytes >= 0 && path.toFile().length() != bytes) {
            fault = "it has " + path.toFile().length() + " bytes instead of " + bytes;
        }
        reader = new SstFileReader(options);
        try {
            reader.open(path.toString());
            entriesInAll = reader.getTableProperties().getNumEntries() - reader.getTableProperties().getNumDeletions();
        } catch (RocksDBException e) {
            fault = fault == null ? words(e) : fault;
            reader.close();
            reader = null;
            return;
        }
        try {
            reader.verifyChecksum();
        } catch (RocksDBException e) {
            fault = fault == null ? words(e) : fault;
        }
    }

    private static String words(RocksDBException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage().replaceAll(" in /\\S+", "");
    }

    /// @return null if it is whole
    String fault() {
        return fault;
    }

    /// @return false if nothing of it can be read
    boolean readable() {
        return reader != null;
    }

    /// How many entries of it can't be read; known when the walk has ended, -1 if it can't be told.
    long lost() {
        return entriesInAll < 0 ? -1 : Math.max(0, entriesInAll - entriesRead);
    }

    /// Goes to the first entry that can be read.
    ///
    /// @return false if there is none
    boolean first() {
        if (reader == null) {
            return false;
        }
        entries = reader.newIterator(readOptions);
        entries.seekToFirst();
        return settled();
    }

    /// Goes on.
    ///
    /// @return false at the end
    boolean next() {
        entries.next();
        return settled();
    }

    /// Looks up a key, wherever the walk stands.
    ///
    /// @return null if it is not there, or can't be read
    byte[] find(byte[] wanted) {
        if (reader == null) {
            return null;
        }
        try (SstFileReaderIterator found = reader.newIterator(readOptions)) {
            found.seek(wanted);
            return found.isValid() && Arrays.equals(found.key(), wanted) ? found.value() : null;
        }
    }

    byte[] key() {
        return key;
    }

    byte[] value() {
        return entries.value();
    }

    /// Whether something between this entry and the one before can't be read; at the end, whether something before it.
    boolean skipped() {
        return skipped;
    }

    /// The entry before what can't be read; null if it was the beginning.
    byte[] holeAfter() {
        return holeAfter;
    }

    private boolean settled() {
        skipped = !isSound();
        if (skipped) {
            holeAfter = last;
            skip();
        }
        if (!entries.isValid()) {
            key = null;
            return false;
        }
        key = entries.key();
        last = key;
        entriesRead++;
        return true;
    }

    /// Whether it stands at an entry, or at the end.
    private boolean isSound() {
        if (entries.isValid()) {
            return true;
        }
        try {
            entries.status();
            return true;
        } catch (RocksDBException e) {
            fault = fault == null ? words(e) : fault;
            return false;
        }
    }

    /// By a new iterator each time: one that has met an error may go on saying so at other keys.
    private boolean isSound(byte[] at) {
        seek(at);
        return isSound();
    }

    private void seek(byte[] at) {
        entries.close();
        entries = reader.newIterator(readOptions);
        entries.seek(at);
    }

    private void skip() {
        byte[] at = last == null ? smallest == null ? new byte[] {0} : smallest : following.apply(last);
        byte[] bad = last == null ? at : last;
        for (int tries = 0; at != null && tries < TRIES_MAX; tries++) {
            if (isSound(at)) {
                return;
            }
            bad = at;
            at = following.apply(at);
        }
        byte[] good = KeySearch.between(bad, largest == null ? new byte[] {-1} : largest, this::isSound);
        if (good == null) {
            seek(new byte[] {-1, -1, -1, -1}); // Behind all; nothing there can be read.
        } else {
            seek(good);
        }
    }

    @Override
    public void close() {
        if (entries != null) {
            entries.close();
        }
        if (reader != null) {
            reader.close();
        }
        readOptions.close();
        options.close();
    }
}
