package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files as editors of all kinds write them.
class TextFileTest {

    @TempDir
    private Path folder;

    private Path file(byte... bytes) throws IOException {
        return Files.write(folder.resolve("f"), bytes);
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_mark_before_it_is_no_part_of_it_and_lines_end_in_any_way() throws Exception {
        assertThat(TextFile.lines(file("\uFEFFübel\r\nb\n\nc"))).containsExactly("übel", "b", "", "c");
        assertThat(TextFile.text(file(""))).isEmpty();
        assertThat(TextFile.text(file("a\uFEFFb\uD83D\uDE00"))).isEqualTo("a\uFEFFb\uD83D\uDE00");
    }

    @Test
    void what_is_not_UTF_8_is_named_with_its_line() throws Exception {
        Path latin = file((byte) 'a', (byte) '\n', (byte) 'b', (byte) 0xFC, (byte) 'x', (byte) '\n');
        assertThatThrownBy(() -> TextFile.lines(latin))
                .isInstanceOf(ConfigException.class)
                .hasMessage(latin + ":2: the byte 0xFC is not UTF-8, in which it has to be");
        Path cut = file((byte) 'a', (byte) 0xC3);
        assertThatThrownBy(() -> TextFile.text(cut)).hasMessageContaining(":1: the byte 0xC3");
    }

    @Test
    void what_can_not_be_read_is_said_in_words() {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> TextFile.lines(none)).hasMessage(none + ": no such file");
        assertThatThrownBy(() -> TextFile.lines(folder)).hasMessageContaining("directory");
    }
}
