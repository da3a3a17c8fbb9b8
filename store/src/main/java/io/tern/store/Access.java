package io.tern.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Whether this process may read and write what a store is made of.
final class Access {

    private Access() {}

    /// Looks at a store's folder, at those in it and the files in them.
    ///
    /// @param folder of the store
    /// @param parts what is looked at if it is there
    /// @throws IOException naming the first that can't be used, whose it is, and what to do
    static void check(Path folder, List<Path> parts) throws IOException {
        check(folder, parts, true);
    }

    /// The same for who changes nothing.
    static void checkReadable(Path folder, List<Path> parts) throws IOException {
        check(folder, parts, false);
    }

    private static void check(Path folder, List<Path> parts, boolean writes) throws IOException {
        if (Files.isDirectory(folder)) {
            check(folder, folder, usable(folder, writes) && Files.isExecutable(folder));
        }
        for (Path part : parts) {
            if (Files.notExists(part)) {
                continue;
            }
            if (!Files.isDirectory(part)) {
                throw new IOException(part + " should be a folder: move away what is there");
            }
            check(folder, part, usable(part, writes) && Files.isExecutable(part));
            try (Stream<Path> files = Files.list(part)) {
                for (Path file : files.toList()) {
                    check(folder, file, usable(file, writes));
                }
            }
        }
    }

    private static boolean usable(Path file, boolean writes) {
        return Files.isReadable(file) && (!writes || Files.isWritable(file));
    }

    private static void check(Path folder, Path file, boolean usable) throws IOException {
        if (!usable) {
            PosixFileAttributes facts = Files.readAttributes(file, PosixFileAttributes.class);
            String user = System.getProperty("user.name");
            throw new IOException(file + " can't be used by user '" + user + "': it belongs to '"
                    + facts.owner().getName() + "' with mode " + PosixFilePermissions.toString(facts.permissions())
                    + ". Nothing is lost; 'chown -R " + user + " " + folder + "' and 'chmod -R u+rwX " + folder
                    + "' let it in");
        }
    }
}
