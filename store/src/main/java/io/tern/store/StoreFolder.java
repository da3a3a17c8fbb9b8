package io.tern.store;

import io.tern.store.archive.Archive;
import io.tern.store.archive.Peek;
import io.tern.store.disk.DamagedDataException;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.Segments;
import io.tern.store.table.RocksTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The folder of a store: `journal` and `archive`, which know each other, and `native` for RocksDB's library. Makes
/// what is missing only where nothing was ever kept: a half that has gone is for the operator to decide about.
final class StoreFolder {

    static final String JOURNAL = "journal";
    static final String ARCHIVE = "archive";
    static final String LIBRARY = "native";

    /// An archive is made here, and put in its place when it is whole.
    static final String UNFINISHED = "archive-new";
    /// A copy of the archive, as long as a backup is made of it.
    static final String COPY = "backup";
    /// Says what a broker stopped at.
    static final String DAMAGE = "damage";

    /// Says that a repair has not come to its end.
    static final String REPAIR = "repair";

    private static final String CHECK =
            ". 'tern store check' says what is there and what would be lost, 'tern store repair' goes on with that";

    private final Path folder;

    StoreFolder(Path folder) {
        this.folder = folder;
    }

    Path journal() {
        return folder.resolve(JOURNAL);
    }

    Path archive() {
        return folder.resolve(ARCHIVE);
    }

    Path library() {
        return folder.resolve(LIBRARY);
    }

    Path unfinished() {
        return folder.resolve(UNFINISHED);
    }

    Path copy() {
        return folder.resolve(COPY);
    }

    /// A file beside journal and archive that a backup takes along.
    Path beside(String name) {
        return folder.resolve(name);
    }

    Path damage() {
        return folder.resolve(DAMAGE);
    }

    Path repair() {
        return folder.resolve(REPAIR);
    }

    boolean hasJournal() throws IOException {
        return names(journal()).stream().anyMatch(name -> name.startsWith("journal-"));
    }

    boolean hasArchive() throws IOException {
        return !names(archive()).isEmpty();
    }

    /// Whether anything was ever kept here.
    boolean isThere() throws IOException {
        return hasJournal() || hasArchive() || Mark.read(journal()) != null;
    }

    private static List<String> names(Path of) throws IOException {
        if (!Files.isDirectory(of)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(of)) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }

    /// Makes the journal's folder, in a way that it is there after a power failure: else what is safe in it would not
    /// be.
    ///
    /// @throws IOException also if what is there may not be used
    RealDisk makeJournal() throws IOException {
        Access.check(folder, List.of(journal(), archive()));
        RealDisk journal = new RealDisk(journal());
        journal.sync();
        new RealDisk(folder).sync();
        Path parent = folder.toAbsolutePath().normalize().getParent();
        if (parent != null) {
            new RealDisk(parent).sync();
        }
        return journal;
    }

    /// Opens the archive, or begins a new store. The journal is locked.
    ///
    /// @throws DamagedDataException if one of both has gone, or they don't belong together
    RocksTable openArchive(String program) throws IOException {
        if (Files.exists(damage())) {
            throw new DamagedDataException(Files.readString(damage()).strip());
        }
        if (Files.exists(repair())) {
            throw new DamagedDataException("a repair of " + folder
                    + " was cut off: 'tern store repair' goes on with it, and nothing more is lost");
        }
        Mark mark = Mark.read(journal());
        boolean journalThere = hasJournal();
        if (!hasArchive()) {
            if (mark != null || journalThere) {
                throw gone("the archive is gone: " + archive() + (Files.exists(archive()) ? " is empty" : " is missing")
                        + ", and the journal beside it says that there was one");
            }
            begin(program);
        }
        Peek peek = Peek.at(archive(), library(), program);
        if (peek.id() != null && !journalThere) {
            throw gone("the journal is gone: " + journal() + " has no file of it, and the archive ends with frame "
                    + (peek.position() - 1) + "; what was acknowledged after that stood in the journal alone");
        }
        long first = Segments.firstFrame(RealDisk.reading(journal()));
        if (first > peek.position()) {
            throw gone("the archive is older than the journal: " + archive() + " ends with frame "
                    + (peek.position() - 1) + ", and " + journal() + " begins with frame " + first);
        }
        if (peek.id() != null && mark != null && !peek.id().equals(mark.id())) {
            throw new DamagedDataException("journal and archive in " + folder
                    + " are of two stores: the journal belongs to archive " + mark.id() + ", and this one is "
                    + peek.id() + ". Put the other half of one of them back; 'tern store check' says what each of"
                    + " these holds, 'tern store repair --keep journal' (or archive) goes on with one alone");
        }
        return RocksTable.open(archive(), library());
    }

    private static DamagedDataException gone(String what) {
        return new DamagedDataException(what + CHECK);
    }

    /// Journal and archive know each other from now on.
    void acquaint(Archive archive) throws IOException {
        Mark mark = Mark.read(journal());
        String id = archive.id();
        if (id == null) {
            id = mark == null ? newId() : mark.id();
        }
        if (mark == null) {
            new Mark(id, !archive.isEmpty()).write(journal());
        }
        if (archive.id() == null) {
            archive.named(id);
        }
    }

    static String newId() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private void begin(String program) throws IOException {
        delete(unfinished());
        Archive.open(RocksTable.open(unfinished(), library()), program).close();
        putInPlace();
    }

    /// The new archive is whole and safe: it takes its place, where nothing is.
    void putInPlace() throws IOException {
        Files.deleteIfExists(archive());
        Files.move(unfinished(), archive(), StandardCopyOption.ATOMIC_MOVE);
        new RealDisk(archive()).sync();
        new RealDisk(folder).sync();
    }

    /// Deletes a folder of our own making.
    static void delete(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
