package io.tern.crash;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A small disk in memory, which only root may mount.
final class SmallDisk implements Closeable {

    private static final String SIZE = "160m";
    private static final long COMMAND_SECONDS = 20;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /// Mounts one; where that can't be done, the test is skipped.
    ///
    /// @param home where
    static SmallDisk mount(Path home) throws IOException, InterruptedException {
        Path path = Files.createDirectory(home.resolve("disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tern-test", path.toString())
                .redirectErrorStream(true)
                .start();
        boolean mounted = mount.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) && mount.exitValue() == 0;
        Assumptions.assumeTrue(
                mounted, "no disk can be mounted here: " + new String(mount.getInputStream().readAllBytes()));
        return new SmallDisk(path);
    }

    Path path() {
        return path;
    }

    /// A broker's folder on it.
    Path data() {
        return path.resolve("data");
    }

    @Override
    public void close() throws IOException {
        Process unmount = new ProcessBuilder("umount", "-l", path.toString()).inheritIO().start();
        try {
            if (!unmount.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || unmount.exitValue() != 0) {
                throw new IOException(path + " can't be unmounted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
