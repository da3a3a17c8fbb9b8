package io.tern.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the jcstress classes of this room (`...Stress`) in processes of their own: shortly here, longer with
/// `-Dtern.full=true`.
class JcstressTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final int LIMIT_MINUTES = FULL ? 120 : 5;

    @Test
    void no_forbidden_outcome(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", classPath(),
                "org.openjdk.jcstress.Main",
                "-r", folder.resolve("report").toString(),
                "-t", "io\\.tern\\.broker\\.",
                "-f", FULL ? "3" : "1",
                "-iters", FULL ? "10" : "1",
                "-time", FULL ? "1000" : "50",
                "-sc", "false",
                "-af", "NONE",
                "-spinStyle", "THREAD_YIELD",
                "-hs", "128",
                "-jvmArgs", "-XX:+UseSerialGC");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said)
                .contains("Failed tests: No matches.")
                .contains("Error tests: No matches.")
                .containsPattern("All remaining tests: [1-9]\\d* matching test results");
    }

    private static String classPath() {
        // Surefire may hide the real class path behind a jar with a manifest.
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace('\n', File.pathSeparatorChar);
    }
}
