package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which Errors end the process, and that they do, in processes of their own.
@Timeout(60)
class LostProcessTest {

    /// Where one is met.
    enum Met { CAUGHT, ROUND, TELLING, UNCAUGHT, UNCAUGHT_ON_A_PLATFORM_THREAD, HEAP }

    @Test
    void memory_and_the_machine_are_everybodys_all_else_is_one_clients() {
        assertThat(List.of(new OutOfMemoryError(), new InternalError(), new UnknownError(),
                        new CompletionException(new IOException(new OutOfMemoryError())),
                        new ExceptionInInitializerError(new OutOfMemoryError())))
                .allMatch(LostProcess::isSaidBy);
        assertThat(List.of(new StackOverflowError(), new NoClassDefFoundError(), new AssertionError(),
                        new IllegalStateException(), new IOException()))
                .noneMatch(LostProcess::isSaidBy);
    }

    @Test
    void causes_that_form_a_ring_come_to_an_end() {
        IllegalStateException one = new IllegalStateException();
        one.initCause(new IllegalStateException(one));
        assertThat(LostProcess.isSaidBy(one)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void the_process_ends_with_a_code_and_words_of_its_own(Met met) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx24m",
                        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Victim.class.getName(),
                        met.name())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(LostProcess.EXIT_CODE);
        assertThat(said).contains("tern: out of memory").contains("tern: java.lang.OutOfMemoryError")
                .contains("nothing that was acknowledged is lost").doesNotContain("a mistake");
    }

    /// A process that is about to be lost.
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws InterruptedException {
            LostProcess.watch((thread, thrown) -> System.out.println("a mistake"));
            OutOfMemoryError lost = new OutOfMemoryError("on purpose");
            switch (Met.valueOf(args[0])) {
                case CAUGHT -> LostProcess.endIf(new IOException(lost));
                case ROUND -> Worker.start("worker", () -> {
                    throw lost;
                }, bug -> System.out.println("a mistake"), 0);
                case TELLING -> Worker.start("worker", () -> {
                    throw new IllegalStateException();
                }, bug -> {
                    throw lost;
                }, 0);
                case UNCAUGHT -> Thread.ofVirtual().start(() -> {
                    throw lost;
                });
                case UNCAUGHT_ON_A_PLATFORM_THREAD -> Thread.ofPlatform().start(() -> {
                    throw lost;
                });
                case HEAP -> Worker.start("worker", Victim::fill, bug -> System.out.println("a mistake"), 0);
            }
            new CountDownLatch(1).await(20, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(1); // It has gone on.
        }

        /// Until nothing is left, not for the smallest.
        private static void fill() {
            List<Object> kept = new ArrayList<>();
            for (int bytes = 1 << 20; bytes > 0; bytes /= 2) {
                try {
                    while (true) {
                        kept.add(new byte[bytes]);
                    }
                } catch (OutOfMemoryError smaller) {
                    LockSupport.parkNanos(1);
                }
            }
            while (true) {
                kept.add(new Object());
            }
        }
    }
}
