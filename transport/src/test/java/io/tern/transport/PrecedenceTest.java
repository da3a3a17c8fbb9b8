package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.api.Clock;
import io.tern.api.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PrecedenceTest {

    private static final int NICE_AFTER_NAME = 16;

    @Test
    void loops_have_short_slices_and_the_compilers_step_back() throws Exception {
        List<Path> compilers = compilers();
        int niceBefore = compilers.isEmpty() ? 0 : nice(compilers.getFirst());
        try (NettyLoops loops = NettyLoops.start(1, IoKind.NIO, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            Path thread = Peer.on(loop, () -> Path.of("/proc/thread-self").toRealPath());

            loops.takePrecedence();
            Peer.on(loop, () -> true);

            for (Path compiler : compilers) {
                int nice = Math.min(19, niceBefore + Precedence.COMPILERS_NICE);
                if (compiles(compiler)) { // The JVM ends those it doesn't need.
                    assertThat(nice(compiler)).as("%s", compiler).isEqualTo(nice);
                }
            }
            assertThat(nice(thread)).isEqualTo(nice(Path.of("/proc/thread-self")));
            Path told = thread.resolve("sched");
            assumeTrue(Files.exists(told), "a kernel that tells about its scheduler");
            long slice = slice(told);
            assumeTrue(slice > 0, "a kernel that has slices");
            assertThat(slice).isEqualTo(Precedence.SLICE_NANOS);
        }
    }

    private static List<Path> compilers() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(PrecedenceTest::compiles).toList();
        }
    }

    private static boolean compiles(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).contains(" CompilerThre");
        } catch (IOException ended) {
            return false;
        }
    }

    private static int nice(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_AFTER_NAME]);
    }

    private static long slice(Path told) throws IOException {
        return Files.readAllLines(told).stream()
                .filter(line -> line.startsWith("se.slice"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst().orElse(0);
    }
}
