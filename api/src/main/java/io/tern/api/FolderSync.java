package io.tern.api;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Makes the names in a folder outlive the power: files that were made, renamed or deleted there. The files' bytes are
/// forced by themselves, before. Any thread.
public final class FolderSync {

    /// Windows opens no folder, and its file system writes changes of names in their order by itself.
    private static final boolean OPENS = !System.getProperty("os.name").startsWith("Windows");

    private FolderSync() {}

    /// Returns when they do.
    ///
    /// @param folder that is there
    /// @throws IOException if it can't be read or forced
    public static void force(Path folder) throws IOException {
        if (OPENS) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
