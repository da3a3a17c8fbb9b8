package io.tern.app;

import java.nio.file.Files;
import java.nio.file.Path;

/// The source tree that a test runs in.
final class Tree {

    private Tree() {}

    /// @return the folder with the wrapper
    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        return at;
    }
}
