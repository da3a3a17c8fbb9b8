package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Nothing that a stranger has chosen moves a cursor.
class EscapedTest {

    @Test
    void what_a_terminal_would_obey_is_escaped_and_all_else_is_as_it_was() {
        assertThat(Escaped.of("a\u001b[31m\n\u0085\u202Ex\u2028 é😀\ud800"))
                .isEqualTo("a\\u001b[31m\\u000a\\u0085\\u202ex\\u2028 é😀\\ud800");
    }
}
