package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script `tern`, in a tree of its own with a JDK that tells how it was called.
@EnabledOnOs(value = OS.LINUX, disabledReason = "its locales are named otherwise elsewhere")
final class LauncherTest {

    private static final int LIFE_SECONDS = 30;

    @TempDir
    private Path folder;

    private Path home;
    private Path jar;

    @BeforeEach
    void plant() throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("app/src/main"));
        Files.writeString(home.resolve("pom.xml"), "");
        Files.writeString(home.resolve("app/pom.xml"), "");
        program(home.resolve("tern"), Files.readString(Tools.MODULE.resolve("../tern")));
        program(home.resolve("mvnw"), "#!/bin/sh\nmkdir -p app/target/dist/lib\n: >app/target/dist/lib/tern.jar\n");
        jar = Files.createDirectories(home.resolve("app/target/dist/lib")).resolve("tern.jar");
        Path jdk = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        program(jdk.resolve("javac"), "#!/bin/sh\n");
        program(jdk.resolve("java"), """
                #!/bin/sh
                ignored=$(sed -n 's/^SigIgn:[^0-9a-f]*//p' /proc/$$/status)
                echo "charmap $(locale charmap) umask $(umask) hangup ${TERN_HANGUP:-} $ignored arguments $*"
                """);
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Child tern(CompletableFuture<String> first, String... args) throws IOException {
        String[] command = new String[args.length + 1];
        command[0] = home.resolve("tern").toString();
        System.arraycopy(args, 0, command, 1, args.length);
        return new Child("tern", List.of(command),
                Map.of("JAVA_HOME", folder.resolve("jdk").toString(), "LC_ALL", "C"), LIFE_SECONDS, first::complete);
    }

    private String said(String... args) throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        try (Child child = tern(first, args)) {
            assertThat(child.awaitEnd()).as(child.lastWords()).isZero();
            return child.lastWords();
        }
    }

    private void built() throws IOException {
        Files.writeString(jar, "");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
    }

    @Test
    void names_of_files_are_UTF_8_in_the_locale_of_daemons_too() throws Exception {
        built();
        assertThat(said("pub")).contains("charmap UTF-8 ", "io.tern.app.Main pub");
    }

    @Test
    void what_a_broker_writes_is_for_its_owner() throws Exception {
        built();
        assertThat(said("broker")).containsPattern("umask 0?077 ");
        assertThat(said("sub")).doesNotContainPattern("umask 0?077 ");
    }

    /// It is ignored until the broker listens to it; where it has nothing to read again it ends it.
    @Test
    void a_hangup_ends_no_broker_that_has_a_configuration() throws Exception {
        built();
        assertThat(said("broker", "--config", "x.yaml")).containsPattern("hangup held [0-9a-f]*[13579bdf] ");
        assertThat(said("broker", "--config=x.yaml")).containsPattern("hangup held [0-9a-f]*[13579bdf] ");
        for (String other : List.of("broker", "pub")) {
            assertThat(said(other)).contains("hangup  ").doesNotContain("held");
        }
    }

    @Test
    void who_asks_what_it_is_need_not_wait_for_a_build() throws Exception {
        for (String asked : List.of("--help", "-h", "help")) {
            assertThat(said(asked)).contains("Usage: tern", "broker", "tern COMMAND --help").doesNotContain("building");
        }
        assertThat(jar).doesNotExist();
        built();
        assertThat(said("--help")).contains("io.tern.app.Main --help");
    }

    @Test
    void who_has_to_wait_for_anothers_build_is_told() throws Exception {
        try (Child builder = new Child("builder", List.of("sleep", "60"), Map.of(), LIFE_SECONDS, line -> { })) {
            Path lock = home.resolve("app/target/building");
            Files.createSymbolicLink(lock, Path.of(String.valueOf(builder.pid())));
            CompletableFuture<String> first = new CompletableFuture<>();
            try (Child waiting = tern(first, "pub")) {
                assertThat(Waiting.await(first, "tern"))
                        .isEqualTo("tern: waits for process " + builder.pid() + ", which is building it...");
                built();
                Files.delete(lock);
                assertThat(waiting.awaitEnd()).as(waiting.lastWords()).isZero();
                assertThat(waiting.lastWords()).contains("Main pub");
            }
        }
    }

    /// A cache has its name only when it is whole.
    @Test
    void nobody_starts_with_half_a_cache() throws Exception {
        program(folder.resolve("jdk/bin/java"), """
                #!/bin/sh
                for each; do
                    case $each in
                        -XX:AOTCacheOutput=*) out=${each#*=}; echo half >"$out"; made=1 ;;
                        -XX:AOTCache=*) echo "uses $(cat "${each#*=}")" ;;
                    esac
                done
                case " $* " in
                    *" broker "*) [ "${made:-}" ] && echo '  MQTT  127.0.0.1:1'
                        [ "${made:-}" ] || exit 0
                        ls "%s"
                        trap 'echo whole >"$out"; exit 0' TERM
                        i=0; while [ $i -lt 300 ]; do i=$((i + 1)); sleep 0.1; done ;;
                    *) [ "${made:-}" ] && echo whole >"$out"; exit 0 ;;
                esac
                """.replace("%s", home.resolve("app/target/dist").toString()));
        assertThat(said("broker")).contains("uses whole");
        assertThat(Files.readString(home.resolve("app/target/dist/broker.aot"), StandardCharsets.UTF_8))
                .isEqualTo("whole\n");
        assertThat(home.resolve("app/target/dist/broker.aot.part")).doesNotExist();
    }
}
