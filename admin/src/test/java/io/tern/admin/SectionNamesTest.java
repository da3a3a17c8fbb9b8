package io.tern.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.tern.api.ConfigException;
import io.tern.api.Problems;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionNamesTest {

    private final Problems problems = new Problems("tern.yaml");

    private Map<String, Integer> listeners(String text) throws ConfigException {
        return SectionNames.below(ConfigFile.tree(text, problems), "listeners", problems);
    }

    @Test
    void they_come_in_the_order_of_the_file_however_they_are_written() throws ConfigException {
        assertThat(listeners("""
                shards: 2
                listeners:
                  mqtts:
                    port: 8883
                  ws.port: 1
                  plain: {port: 3}
                listeners.press.tls.key: a
                listeners.mqtts.host: b
                """)).containsExactly(entry("mqtts", 3), entry("ws", 5), entry("plain", 6), entry("press", 7));
        problems.check();
    }

    @Test
    void they_are_found_at_any_depth() throws ConfigException {
        assertThat(SectionNames.below(ConfigFile.tree("""
                listeners:
                  mqtts:
                    tls:
                      sni:
                        plant: {key: a}
                        office: {key: b}
                """, problems), "listeners.mqtts.tls.sni", problems)).containsOnlyKeys("plant", "office");
    }

    @Test
    void nothing_has_none() throws ConfigException {
        assertThat(listeners("")).isEmpty();
        assertThat(listeners("listeners:")).isEmpty();
        assertThat(listeners("listeners: [a, b]")).isEmpty();
        assertThat(listeners("listenersx.a.port: 1")).isEmpty();
    }

    @Test
    void one_that_is_no_word_is_named_with_its_line() throws ConfigException {
        listeners("listeners:\n  My-TLS:\n    port: 1\n");
        assertThatThrownBy(problems::check).hasMessage(
                "tern.yaml:2: listeners.My-TLS: a name is made of small letters, digits and _, a letter first");
    }
}
