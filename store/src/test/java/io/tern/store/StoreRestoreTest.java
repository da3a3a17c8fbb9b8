package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backup whose files are as its list says, and were damaged before.
class StoreRestoreTest {

    @TempDir
    private Path temp;

    private Path backup(boolean damaged) throws IOException {
        Path data = temp.resolve("kept");
        Kept.make(data);
        Path backup = Files.createDirectories(temp.resolve("backup"));
        Kept.copy(data.resolve("archive"), backup.resolve("archive"));
        StringBuilder list = new StringBuilder("tern backup 1 frame 1\n");
        List<Path> files;
        try (Stream<Path> all = Files.list(backup.resolve("archive"))) {
            files = all.filter(each -> each.getFileName().toString().matches("CURRENT|MANIFEST.*|.*sst")).toList();
        }
        if (damaged) {
            Path table = files.stream().filter(each -> each.toString().endsWith(".sst")).findAny().orElseThrow();
            try (RandomAccessFile bytes = new RandomAccessFile(table.toFile(), "rw")) {
                bytes.seek(bytes.length() / 2);
                int before = bytes.read();
                bytes.seek(bytes.length() / 2);
                bytes.write(before ^ 1);
            }
        }
        for (Path each : files) {
            CRC32C crc = new CRC32C();
            crc.update(Files.readAllBytes(each));
            list.append(String.format(Locale.ROOT, "%08x %d archive/%s\n", (int) crc.getValue(), Files.size(each),
                    each.getFileName()));
        }
        Files.writeString(backup.resolve("BACKUP"), list + "end " + files.size() + "\n");
        return backup;
    }

    @Test
    void of_a_damaged_one_nothing_is_left() throws IOException {
        Path backup = backup(true);
        Path empty = Files.createDirectories(temp.resolve("empty"));
        for (Path data : List.of(temp.resolve("new"), empty)) {
            assertThatThrownBy(() -> StoreRestore.folder(backup, data, Kept.PROGRAM))
                    .isInstanceOf(IOException.class).hasMessageContaining(".sst");
            assertThat(StoreCheck.isThere(data)).isFalse();
        }
        assertThat(temp.resolve("new")).doesNotExist();
        assertThat(empty.resolve("archive-new")).doesNotExist();
    }

    @Test
    void a_whole_one_is_a_store() throws IOException {
        StoreRestore.folder(backup(false), temp.resolve("new"), Kept.PROGRAM);
        assertThat(StoreCheck.check(temp.resolve("new"), Kept.PROGRAM).faults()).isEmpty();
    }
}
