package io.tern.store;

import io.tern.store.archive.Archive;
import io.tern.store.archive.Import;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalAnew;
import io.tern.store.table.RocksTable;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Makes a store of what [OfflineStore#export] wrote. All of it, or nothing: the archive is made in a folder of its own
/// and put in its place when it is whole and safe. For one thread.
public final class OfflineImport {

    private final Path folder;
    private final StoreFolder parts;
    private final String program;

    private OfflineImport(Path folder, String program) {
        this.folder = folder;
        this.parts = new StoreFolder(folder);
        this.program = program;
    }

    /// Takes in what was exported.
    ///
    /// @param lines as they were written; not closed
    /// @param folder the data folder for it: not there yet, or with a store in which nothing was ever kept
    /// @param program what does it, e.g. `Tern 0.1.0`
    /// @throws IOException naming the line that is wrong, or saying that the store isn't empty, or that a process has
    ///     it; the folder is then as it was before
    public static void into(Path folder, String program, BufferedReader lines) throws IOException {
        new OfflineImport(folder, program).run(lines);
    }

    private void run(BufferedReader lines) throws IOException {
        boolean began = parts.isThere();
        List<Path> made = Stream.of(parts.journal(), parts.archive(), parts.library())
                .map(OfflineImport::firstMissing)
                .filter(path -> path != null)
                .toList();
        boolean done = false;
        try {
            RealDisk journal = parts.makeJournal();
            Closeable lock = journal.lock();
            try {
                if (began) {
                    checkEmpty(journal);
                }
                take(lines);
                done = true;
            } finally {
                lock.close();
            }
        } finally {
            if (!done) {
                for (Path each : made) {
                    StoreFolder.delete(each);
                }
            }
        }
    }

    /// What has to be deleted to make a path disappear that isn't there yet, and the folders that were made for it.
    private static Path firstMissing(Path path) {
        Path missing = null;
        for (Path at = path.toAbsolutePath(); at != null && Files.notExists(at); at = at.getParent()) {
            missing = at;
        }
        return missing;
    }

    private void checkEmpty(RealDisk journal) throws IOException {
        try (OfflineStore store = new OfflineStore(parts, journal, () -> { }, program)) {
            if (!store.isEmpty()) {
                throw new IOException("the store in " + folder + " is not empty: import needs a new one");
            }
        }
    }

    private void take(BufferedReader lines) throws IOException {
        StoreFolder.delete(parts.unfinished()); // The process may have been killed.
        try {
            RocksTable table = RocksTable.open(parts.unfinished(), parts.library());
            table.merge(true);
            try (Archive archive = Archive.open(table, program)) {
                Import.read(lines, archive);
            }
            // Nothing was ever kept there: what a crash leaves in between `tern store repair` makes whole at no loss.
            if (parts.isThere()) {
                StoreFolder.delete(parts.journal().resolve(Mark.NAME));
                JournalAnew.forget(new RealDisk(parts.journal()));
                StoreFolder.delete(parts.archive());
            }
            parts.putInPlace();
        } finally {
            StoreFolder.delete(parts.unfinished());
        }
    }
}
