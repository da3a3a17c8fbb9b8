package io.tern.store.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// What can be read of a [RocksTable]'s folder, whatever has become of its files: a walk over all entries in the order
/// of their keys that goes on behind what is damaged, and says where that was. Changes nothing in the folder. For one
/// thread; no process has the table open.
///
/// Where all is whole RocksDB is asked. Where a file is not, each key is asked for by itself, since RocksDB knows what
/// was deleted; what it can't say is taken from the newest file that says something. Without a manifest it is always
/// like that, and what was deleted may be back.
public final class SoundEntries implements Closeable {

    /// What is known of keys and values.
    ///
    /// @param following the next key that there could be behind one; null if that can't be said
    /// @param newer of two values of a key the one that counts, where the order of files doesn't tell
    public record Form(UnaryOperator<byte[]> following, Newer newer) {

        /// Chooses.
        @FunctionalInterface
        public interface Newer {

            /// Chooses.
            ///
            /// @param key which
            /// @param one a value
            /// @param other that stands in a younger file
            /// @return the one that counts
            byte[] of(byte[] key, byte[] one, byte[] other);
        }
    }

    /// A stretch that can't be read.
    ///
    /// @param file in which
    /// @param after the last entry before it, null if it begins the file
    /// @param before the first entry behind it, null if it ends the file
    public record Hole(String file, byte[] after, byte[] before) {}

    private static final String SUFFIX = ".sst";

    private final Path folder;
    private final Form form;
    private final List<String> faults = new ArrayList<>();
    private final List<Hole> holes = new ArrayList<>();
    private final List<SoundFile> files = new ArrayList<>();
    private final Options options = new Options().setParanoidChecks(false).setMaxOpenFiles(RocksTable.OPEN_FILES);
    private final ReadOptions readOptions = new ReadOptions().setVerifyChecksums(true);
    private FolderView view;
    private RocksDB db;
    private boolean strays;
    private boolean bringsBack;

    private SoundEntries(Path folder, Form form) {
        this.folder = folder;
        this.form = form;
    }

    /// Looks at a folder, and reads all of its files once.
    ///
    /// @param folder of a table
    /// @param libraryFolder as in [RocksTable#open]
    /// @param form of keys and values
    /// @param trustsManifest false to take in all files, also those that the manifest doesn't name
    /// @return to be walked over
    /// @throws IOException if it can't be read at all
    public static SoundEntries open(Path folder, Path libraryFolder, Form form, boolean trustsManifest)
            throws IOException {
        NativeLibrary.load(libraryFolder);
        SoundEntries entries = new SoundEntries(folder, form);
        try {
            entries.look(trustsManifest);
            return entries;
        } catch (IOException | RuntimeException e) {
            entries.close();
            throw e;
        }
    }

    private void look(boolean trustsManifest) throws IOException {
        openDb();
        Set<String> there = sstNames();
        List<LiveFileMetaData> live = db == null ? List.of() : db.getLiveFilesMetaData();
        Set<String> named = new HashSet<>();
        live.forEach(each -> named.add(name(each)));
        strays = !named.containsAll(there);
        boolean gone = !there.containsAll(named);
        if (db != null && (!trustsManifest || strays && gone)) {
            faults.add("the manifest is older than the files");
            closeDb();
        }
        bringsBack = db == null && !there.isEmpty();
        if (db == null) {
            for (String each : there) {
                add(new SoundFile(folder.resolve(each), -number(each), null, null, -1, -1, form.following));
            }
        } else {
            for (LiveFileMetaData each : live) {
                long rank = each.level() == 0 ? -each.largestSeqno() : each.level();
                add(new SoundFile(folder.resolve(name(each)), rank, each.smallestKey(), each.largestKey(),
                        each.size(), each.numEntries() - each.numDeletions(), form.following));
            }
        }
        files.sort(Comparator.comparingLong(file -> file.rank));
    }

    private void add(SoundFile file) {
        files.add(file);
        if (!file.readable()) {
            holes.add(new Hole(file.name, file.smallest, file.largest));
        }
    }

    private void openDb() throws IOException {
        String named = FolderView.named(folder);
        List<String> manifests = FolderView.manifests(folder);
        if (named == null) {
            faults.add(manifests.isEmpty() ? "there is no manifest" : "CURRENT is missing or damaged");
        }
        for (String each : named == null ? manifests : List.of(named)) {
            view = FolderView.of(folder, each);
            try {
                db = RocksDB.openReadOnly(options, view.folder().toString());
                return;
            } catch (RocksDBException e) {
                faults.add(each + " can't be used: " + e.getMessage());
                closeDb();
            }
        }
    }

    private Set<String> sstNames() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return new HashSet<>(all.map(each -> each.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .toList());
        }
    }

    private static String name(LiveFileMetaData file) {
        return file.fileName().substring(file.fileName().lastIndexOf('/') + 1);
    }

    private static long number(String name) {
        try {
            return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// Whether there are files that the manifest doesn't name: remains of a crash, or the manifest is an old one.
    ///
    /// @return true if so
    public boolean strays() {
        return strays;
    }

    /// Whether what was deleted may be back, since there is no manifest that says what counts.
    ///
    /// @return true if so
    public boolean mayBringBack() {
        return bringsBack;
    }

    /// What is wrong with the files.
    ///
    /// @return a line each, empty if nothing is; the walk may find more
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        for (SoundFile each : files) {
            if (each.fault() != null) {
                long lost = each.lost();
                all.add(each.name + ": " + each.fault() + (lost < 0 ? "; nothing of it can be read"
                        : lost == 0 ? "; all its entries can be read" : "; " + lost + " entries can't be read"));
            }
        }
        return all;
    }

    /// The stretches that couldn't be read, complete when the walk has ended.
    ///
    /// @return none if all is whole
    public List<Hole> holes() {
        return List.copyOf(holes);
    }

    /// Looks up a key.
    ///
    /// @param key which
    /// @return null if it is not there, or can't be read
    public byte[] get(byte[] key) {
        if (db == null) {
            return null;
        }
        try {
            return db.get(readOptions, key);
        } catch (RocksDBException e) {
            return null;
        }
    }

    /// Looks up a key, also in files that nobody names.
    ///
    /// @param key which
    /// @return null if it is not there, or can't be read
    public byte[] find(byte[] key) {
        byte[] value = get(key);
        if (db != null && files.stream().allMatch(each -> each.fault() == null)) {
            return value;
        }
        for (SoundFile each : files) {
            value = value == null ? each.find(key) : value;
        }
        return value;
    }

    /// Takes entries.
    @FunctionalInterface
    public interface Taker {

        /// Takes one.
        ///
        /// @param key its key
        /// @param value its value
        /// @throws IOException if that fails
        void take(byte[] key, byte[] value) throws IOException;
    }

    /// Gives all entries that can be read. To be called once.
    ///
    /// @param to gets them, in the order of the keys
    /// @throws IOException as thrown there
    public void walk(Taker to) throws IOException {
        if (db != null && files.stream().allMatch(each -> each.fault() == null)) {
            try (RocksIterator all = db.newIterator(readOptions)) {
                for (all.seekToFirst(); all.isValid(); all.next()) {
                    to.take(all.key(), all.value());
                }
                all.status();
            } catch (RocksDBException e) {
                throw new IOException("the table in " + folder + " can't be read: " + e.getMessage(), e);
            }
            return;
        }
        walkFiles(to);
    }

    private void walkFiles(Taker to) throws IOException {
        PriorityQueue<SoundFile> next = new PriorityQueue<>(Comparator.<SoundFile, byte[]>comparing(
                SoundFile::key, Arrays::compareUnsigned).thenComparingLong(file -> file.rank));
        for (SoundFile each : files) {
            advance(each, each.first(), next);
        }
        while (!next.isEmpty()) {
            byte[] key = next.peek().key();
            byte[] value = null;
            while (!next.isEmpty() && Arrays.equals(next.peek().key(), key)) {
                SoundFile file = next.poll();
                if (value == null) {
                    value = file.value();
                } else if (db == null) {
                    value = form.newer.of(key, file.value(), value);
                }
                advance(file, file.next(), next);
            }
            value = db == null ? value : asked(key, value);
            if (value != null) {
                to.take(key, value);
            }
        }
    }

    private void advance(SoundFile file, boolean more, PriorityQueue<SoundFile> next) {
        if (file.readable() && file.skipped()) {
            holes.add(new Hole(file.name, file.holeAfter(), more ? file.key() : null));
        }
        if (more) {
            next.add(file);
        }
    }

    /// @return null if it was deleted
    private byte[] asked(byte[] key, byte[] found) {
        try {
            return db.get(readOptions, key);
        } catch (RocksDBException e) {
            return found; // What would say whether it was deleted can't be read.
        }
    }

    private void closeDb() throws IOException {
        if (db != null) {
            db.close();
            db = null;
        }
        if (view != null) {
            view.close();
            view = null;
        }
    }

    @Override
    public void close() throws IOException {
        files.forEach(SoundFile::close);
        closeDb();
        readOptions.close();
        options.close();
    }
}
