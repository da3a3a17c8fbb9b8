package io.tern.store;

import io.tern.store.archive.Archive;
import io.tern.store.archive.Rescue;
import io.tern.store.disk.RealDisk;
import io.tern.store.table.RocksTable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Makes a store of a backup, in a folder in which nothing is kept: all of it, or nothing. What it holds is read and
/// compared with what was backed up before anything counts.
public final class StoreRestore {

    private static final int FAULTS_SAID_MAX = 10;

    private StoreRestore() {}

    /// Restores a backup that was written as a folder.
    ///
    /// @param backup the folder
    /// @param data the data folder; not there yet, or without a store
    /// @param program that does it
    /// @throws IOException if the backup is damaged, or something is kept there: then nothing has changed
    public static void folder(Path backup, Path data, String program) throws IOException {
        BackupList list;
        try (InputStream in = Files.newInputStream(backup.resolve(BackupList.NAME))) {
            list = BackupList.read(in);
        }
        restore(data, program, to -> {
            for (String name : list.files().keySet()) {
                Path file = backup.resolve(name);
                if (Files.isRegularFile(file)) {
                    Files.copy(file, made(to, name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return list;
        });
    }

    /// Restores a backup that was written as a stream.
    ///
    /// @param stream a tar archive
    /// @param data as above
    /// @param program as above
    /// @throws IOException as above
    public static void stream(InputStream stream, Path data, String program) throws IOException {
        restore(data, program, to -> {
            TarReader tar = new TarReader(stream);
            for (String name = tar.next(); name != null; name = tar.next()) {
                if (name.equals(BackupList.NAME)) {
                    return BackupList.read(tar.content());
                }
                if (!name.matches("(archive/)?[A-Za-z0-9._-]+")) {
                    throw new IOException("this is no backup of Tern's: it holds '" + name + "'");
                }
                Files.copy(tar.content(), made(to, name), StandardCopyOption.REPLACE_EXISTING);
            }
            throw new IOException("the backup is cut off: it has no list of its files");
        });
    }

    private interface Source {
        BackupList into(Path folder) throws IOException;
    }

    private static Path made(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    private static void restore(Path data, String program, Source source) throws IOException {
        StoreFolder parts = new StoreFolder(data);
        if (parts.isThere() || Files.exists(parts.repair())) {
            throw new IOException("something is kept in " + data + " already: restore needs a folder of its own");
        }
        boolean madeData = Files.notExists(data);
        RealDisk journal = parts.makeJournal();
        if (madeData && Files.getFileStore(data).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        }
        Closeable lock = journal.lock();
        Path arrived = parts.copy();
        boolean done = false;
        try {
            StoreFolder.delete(arrived);
            StoreFolder.delete(parts.unfinished());
            Files.createDirectories(arrived);
            BackupList list = source.into(arrived);
            for (String name : list.files().keySet()) {
                list.check(name, arrived.resolve(name));
                force(arrived.resolve(name));
            }
            check(arrived.resolve(StoreFolder.ARCHIVE), parts, program);
            for (String name : list.files().keySet()) {
                if (!name.contains("/")) {
                    Files.move(arrived.resolve(name), parts.beside(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.move(arrived.resolve(StoreFolder.ARCHIVE), parts.unfinished(), StandardCopyOption.ATOMIC_MOVE);
            new RealDisk(parts.unfinished()).sync();
            begin(parts, journal, program);
            done = true;
        } finally {
            StoreFolder.delete(arrived);
            if (!done) {
                StoreFolder.delete(parts.unfinished());
            }
            lock.close();
            if (!done && madeData) {
                StoreFolder.delete(data);
            }
        }
    }

    /// Its files may be as they were when the backup was made, and damaged by then.
    private static void check(Path archive, StoreFolder parts, String program) throws IOException {
        Rescue found = Rescue.read(null, archive, null, parts.library(), null, program, false);
        List<String> faults = new ArrayList<>(found.archive().faults());
        faults.addAll(found.losses().lines());
        if (!faults.isEmpty()) {
            throw new IOException("the backup was made of a damaged archive, and nothing was restored: "
                    + String.join("; ", faults.subList(0, Math.min(FAULTS_SAID_MAX, faults.size()))));
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void begin(StoreFolder parts, RealDisk journal, String program) throws IOException {
        long next;
        int run;
        try (Archive archive = Archive.open(RocksTable.open(parts.unfinished(), parts.library()), program)) {
            archive.forgetSent();
            next = archive.position();
            long highest = Math.max(archive.highestEpoch(), Math.max(archive.highestId(), archive.highestRetained()));
            run = StoreRepair.run(highest);
        }
        StoreRepair.begin(parts, journal, program, next, run);
    }
}
