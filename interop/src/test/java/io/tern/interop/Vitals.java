package io.tern.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What another process of ours holds on to, seen from outside.
///
/// @param pid of a JVM of this user
record Vitals(long pid) {

    /// Such as `   1:      12345      678901  java.lang.String (java.base@25)`.
    private static final Pattern CLASS = Pattern.compile(" *\\d+: +(\\d+) +\\d+ +(\\S+).*");

    /// Its open sockets.
    ///
    /// @return -1 where that can't be seen
    long sockets() {
        Path folder = Path.of("/proc", Long.toString(pid), "fd");
        if (!Files.isDirectory(folder)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Vitals::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // Closed meanwhile.
        }
    }

    /// How many objects of some classes it reaches, garbage left out.
    ///
    /// @param names of classes
    /// @return a count for each that has any
    Map<String, Long> reached(List<String> names) {
        Map<String, Long> counts = new HashMap<>();
        try {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(pid), "GC.class_histogram").redirectErrorStream(true).start();
            process.inputReader().lines().map(CLASS::matcher).filter(Matcher::matches).forEach(line -> {
                if (names.contains(line.group(2))) {
                    counts.merge(line.group(2), Long.valueOf(line.group(1)), Long::sum);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }
}
