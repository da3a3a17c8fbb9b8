package io.tern.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command reads and writes. Texts are written as UTF-8 whatever the locale says, since topics are UTF-8.
///
/// @param in standard input
/// @param out standard output: messages
/// @param err standard error: what went wrong
public record Streams(InputStream in, PrintStream out, PrintStream err) {

    private static final int OUT_BUFFER_BYTES = 64 * 1024;

    /// Those of the process. Standard output is buffered; commands flush it when they have nothing more to say.
    ///
    /// @return new streams on the file descriptors
    public static Streams ofProcess() {
        return new Streams(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out),
                        OUT_BUFFER_BYTES), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }
}
