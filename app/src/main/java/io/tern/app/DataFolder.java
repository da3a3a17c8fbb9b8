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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder with all that outlives the process: messages, sessions, bans. It is for its owner alone.
final class DataFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.range(
            PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private DataFolder() {}

    /// Makes the folder if it isn't there, and sees whether it can be written. Warns if others may look into it: they
    /// were let in by somebody, so nothing is changed.
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
        if (!hasPermissions(dir)) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(dir);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            LOG.warn("others than its owner may look into the data folder {} ({}); chmod 700 keeps them out",
                    dir, PosixFilePermissions.toString(permissions));
        }
    }
}
