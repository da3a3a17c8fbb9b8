package io.tern.app;

import io.tern.api.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder with all that outlives the process: messages, sessions, bans. It is for its owner alone.
final class DataFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.range(
            PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    /// How many files are looked at, so that a start doesn't wait for a folder of millions.
    private static final int FILES_MAX = 1_000;
    private static final int DEPTH_MAX = 3;

    private DataFolder() {}

    /// Makes the folder if it isn't there, and sees whether it can be written. Warns if others may look into it, and if
    /// they may then open what is there: they were let in by somebody, so nothing is changed.
    ///
    /// @return its whole path
    /// @throws IOException if it can't be written; the message names it
    static Path writable(Path dir) throws IOException {
        try {
            if (Files.notExists(dir)) {
                Files.createDirectories(dir);
                if (hasPermissions(dir)) {
                    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
                }
            }
            Files.delete(Files.createTempFile(dir, "write", ".test"));
            warn(dir);
            return dir.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new IOException("the data folder " + dir + " can't be written: " + FileFault.words(e), e);
        }
    }

    private static boolean hasPermissions(Path dir) throws IOException {
        return Files.getFileStore(dir).supportsFileAttributeView(PosixFileAttributeView.class);
    }

    private static void warn(Path dir) throws IOException {
        if (!hasPermissions(dir) || !isWide(dir)) {
            return;
        }
        LOG.warn("others than its owner may look into the data folder {} ({}); chmod 700 keeps them out",
                dir, PosixFilePermissions.toString(Files.getPosixFilePermissions(dir)));
        Path first = null;
        int wide = 0;
        try (Stream<Path> files = Files.walk(dir, DEPTH_MAX)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).limit(FILES_MAX)::iterator) {
                if (isWide(file)) {
                    first = first == null ? file : first;
                    wide++;
                }
            }
        }
        if (first != null) {
            LOG.warn("and may open {} of its files, such as {} ({}); chmod -R go= {} keeps them out", wide, first,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(first)), dir);
        }
    }

    private static boolean isWide(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
    }
}
