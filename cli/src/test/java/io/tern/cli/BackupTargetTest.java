package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTargetTest {

    @TempDir
    private Path home;

    private static void part(BackupTarget target, String name) throws IOException {
        target.begin(name, 3);
        target.write(new byte[] {1, 2, 3});
        target.end();
    }

    @Test
    void one_that_fails_leaves_nothing_that_the_next_would_stop_at() throws IOException {
        Path there = Files.createDirectories(home.resolve("there"));
        for (Path folder : List.of(home.resolve("new"), there)) {
            try (BackupTarget target = BackupTarget.folder(folder, 1)) {
                part(target, "archive/1.sst");
                part(target, "clock");
                target.begin("archive/2.sst", 3);
            }
            try (BackupTarget target = BackupTarget.folder(folder, 1)) {
                part(target, "archive/1.sst");
                target.finish();
            }
            assertThat(folder.resolve("BACKUP")).exists();
        }
        assertThat(there.resolve("clock")).doesNotExist();
    }

    @Test
    void what_somebody_else_has_put_there_stays() throws IOException {
        Path folder = home.resolve("new");
        try (BackupTarget target = BackupTarget.folder(folder, 1)) {
            part(target, "archive/1.sst");
            Files.writeString(folder.resolve("mine"), "");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("mine"));
        }
        assertThatThrownBy(() -> BackupTarget.folder(folder, 1)).hasMessageContaining("not empty");
    }

    /// Whoever can read it has all that was kept.
    @Test
    void nobody_else_can_read_it() throws IOException {
        Path folder = home.resolve("new");
        try (BackupTarget target = BackupTarget.folder(folder, 1)) {
            part(target, "archive/1.sst");
            target.finish();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all).allSatisfy(each -> assertThat(PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(each))).matches("rw[x-]------"));
        }
    }
}
