package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Texts of others in logs and on terminals.
class VisibleTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "sensor/7 ä 日本 'q' \\", "\uD83D\uDE00"})
    void ordinary_text_stays(String text) {
        assertThat(Visible.of(text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(chars = {
        0, '\n', '\r', '\t', 0x1B, 0x7F, 0x85, 0x9B, '\u00AD', '\u200B', '\u200F', '\u2028', '\u2029', '\u202E',
        '\u2066', '\uFEFF', '\uD83D', '\uDE00'
    })
    void what_would_be_obeyed_or_not_be_seen_is_escaped(char hidden) {
        String escape = "\\u" + String.format(java.util.Locale.ROOT, "%04X", (int) hidden);
        assertThat(Visible.of("a" + hidden + "b")).isEqualTo("a" + escape + "b");
        assertThat(Visible.quoted("a" + hidden + "b")).isEqualTo("'a" + escape + "b'");
    }

    @Test
    void a_quoted_text_can_not_end_its_quotes() {
        assertThat(Visible.quoted("x' of user 'root\\")).isEqualTo("'x\\' of user \\'root\\\\'");
    }
}
