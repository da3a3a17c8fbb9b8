package io.tern.transport;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// Where a Unix socket lies.
///
/// @param path of the socket file
/// @param mode who may connect: those who may write to it
public record UnixOptions(Path path, Set<PosixFilePermission> mode) {

    /// Copies the mode.
    public UnixOptions {
        mode = Set.copyOf(mode);
    }
}
