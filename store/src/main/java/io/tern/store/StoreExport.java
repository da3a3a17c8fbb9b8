package io.tern.store;

import io.tern.store.archive.Archive;
import io.tern.store.archive.Export;
import io.tern.store.disk.RealDisk;
import io.tern.store.table.RocksTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// Writes all that a store holds as lines of JSON, of a damaged one all that can be read. That is put together in the
/// data folder first, which takes room for it there; nothing else is changed.
public final class StoreExport {

    private StoreExport() {}

    /// Writes it.
    ///
    /// @param folder the data folder
    /// @param program that does it
    /// @param keep which half counts if they are of two stores, else null
    /// @param out gets the lines; not closed
    /// @return what was found: what is damaged and lost is missing in the lines
    /// @throws IOException if it can't be read at all, or the lines not be written
    public static StoreReport write(Path folder, String program, StoreHalf keep, Appendable out) throws IOException {
        StoreReport report = StoreCheck.plan(folder, program, false, keep);
        if (!report.isDamaged()) {
            try (OfflineStore store = new OfflineStore(folder, program)) {
                store.export(out);
            }
            return report;
        }
        StoreFolder parts = new StoreFolder(folder);
        RealDisk journal = parts.makeJournal();
        Closeable lock = journal.lock();
        try {
            StoreRepair.rescue(parts, program, false, keep);
            try (Archive archive = Archive.open(RocksTable.open(parts.unfinished(), parts.library()), program)) {
                Export.write(archive, program, out);
            }
            return report;
        } finally {
            StoreFolder.delete(parts.unfinished());
            lock.close();
        }
    }
}
