package io.tern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @Spec({"MQTT-4.7.1-1", "MQTT-4.7.1-2", "3.1.1:MQTT-4.7.1-2", "3.1.1:MQTT-4.7.1-3"})
    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, a/, false",
        "a/, a, false",
        "/a, a, false",
        "A, a, false",
        "#, a, true",
        "#, /, true",
        "#, a/b/c, true",
        "a/#, a, true",
        "a/#, a/, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "a/#, b/a, false",
        "a/b/#, a, false",
        "+, a, true",
        "+, /a, false",
        "+, a/b, false",
        "+/+, /a, true",
        "/+, /a, true",
        "/+, /, true",
        "+/+, /, true",
        "a/+, a, false",
        "a/+, a/, true",
        "a/+, a/b, true",
        "a/+, a/b/c, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a//c, true",
        "a/+/c, a/b/d, false",
        "+/b/#, a/b, true",
        "+/#, a, true",
        "a/+/#, a, false",
        "a/+/#, a/, true",
        "a//b, a/b, false",
        "$share/g/a/+, a/b, true",
        "$share/g//a, /a, true",
        "$share/g/#, a, true",
        "$share, $share, true",
        "$shared/a, $shared/a, true"
    })
    void matches_as_section_4_7_says(String filter, String name, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(name))).isEqualTo(matches);
    }

    @Spec({"MQTT-4.7.2-1", "3.1.1:MQTT-4.7.2-1"})
    @ParameterizedTest
    @CsvSource({
        "#, $SYS/uptime, false",
        "+/uptime, $SYS/uptime, false",
        "+, $SYS, false",
        "$share/g/#, $SYS/uptime, false",
        "$SYS/#, $SYS/uptime, true",
        "$SYS/+, $SYS/uptime, true",
        "$SYS/uptime, $SYS/uptime, true",
        "#, a/$SYS, true",
        "a/+, a/$b, true"
    })
    void a_leading_wildcard_matches_no_dollar_topic(String filter, String name, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(name))).isEqualTo(matches);
    }

    @Spec({"MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"})
    @Test
    void nothing_is_normalized() {
        assertThat(TopicFilter.of("e\u0301").matches(TopicName.of("\u00E9"))).isFalse();
        assertThat(TopicFilter.of("a/../b").matches(TopicName.of("b"))).isFalse();
        assertThat(TopicFilter.of("a ").matches(TopicName.of("a"))).isFalse();
    }

    /// All filters and names of up to four short levels against the words of the standard, level by level.
    @Test
    void agrees_with_matching_level_by_level() {
        List<String> names = texts(new String[] {"", "a", "$"});
        List<String> filters = texts(new String[] {"", "a", "+", "#"});
        int matched = 0;
        for (String filterText : filters) {
            int hash = filterText.indexOf('#');
            if (filterText.isEmpty() || hash >= 0 && hash < filterText.length() - 1) {
                continue;
            }
            TopicFilter filter = TopicFilter.of(filterText);
            for (String nameText : names) {
                if (!nameText.isEmpty()) {
                    boolean expected = matchesByLevels(filter.levels(), nameText.split("/", -1));
                    assertThat(filter.matches(TopicName.of(nameText))).as(filterText + " " + nameText)
                            .isEqualTo(expected);
                    matched += expected ? 1 : 0;
                }
            }
        }
        assertThat(matched).isGreaterThan(1_000);
    }

    private static List<String> texts(String[] levels) {
        List<String> texts = new ArrayList<>(List.of(levels));
        int from = 0;
        for (int depth = 1; depth < 4; depth++) {
            int to = texts.size();
            for (int i = from; i < to; i++) {
                for (String level : levels) {
                    texts.add(texts.get(i) + "/" + level);
                }
            }
            from = to;
        }
        return texts;
    }

    private static boolean matchesByLevels(String[] filter, String[] name) {
        if (name[0].startsWith("$") && (filter[0].equals("#") || filter[0].equals("+"))) {
            return false;
        }
        for (int i = 0; i < filter.length; i++) {
            if (filter[i].equals("#")) {
                return name.length >= i;
            }
            if (i == name.length || !filter[i].equals("+") && !filter[i].equals(name[i])) {
                return false;
            }
        }
        return filter.length == name.length;
    }

    @Spec({"MQTT-4.8.2-1", "MQTT-4.8.2-2"})
    @Test
    void takes_a_shared_subscription_apart() {
        TopicFilter shared = TopicFilter.of("$share/group one/a/+/#");
        assertThat(shared.isShared()).isTrue();
        assertThat(shared.shareName()).isEqualTo("group one");
        assertThat(shared.filter()).isEqualTo("a/+/#");
        assertThat(shared.value()).isEqualTo("$share/group one/a/+/#").isEqualTo(shared.toString());
        assertThat(shared.levels()).containsExactly("a", "+", "#");
        assertThat(shared.hasWildcard()).isTrue();

        TopicFilter plain = TopicFilter.of("/a//");
        assertThat(plain.isShared()).isFalse();
        assertThat(plain.shareName()).isNull();
        assertThat(plain.filter()).isSameAs(plain.value());
        assertThat(plain.levels()).containsExactly("", "a", "", "");
        assertThat(plain.hasWildcard()).isFalse();
        assertThat(plain).isEqualTo(TopicFilter.of("/a//")).hasSameHashCodeAs(TopicFilter.of("/a//"))
                .isNotEqualTo(shared);
    }

    @Spec({"MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.3-1", "MQTT-4.7.3-2", "MQTT-4.7.3-3", "MQTT-4.8.2-1",
        "MQTT-4.8.2-2", "3.1.1:MQTT-4.7.3-1", "3.1.1:MQTT-4.7.3-2", "3.1.1:MQTT-4.7.3-3"})
    @ParameterizedTest
    @CsvSource({
        "'', MQTT-4.7.3-1", "#/a, MQTT-4.7.1-1", "a#, MQTT-4.7.1-1", "/##, MQTT-4.7.1-1", "a+, MQTT-4.7.1-2",
        "+a/b, MQTT-4.7.1-2", "++, MQTT-4.7.1-2", "$share//a, MQTT-4.8.2-1", "$share/, MQTT-4.8.2-1",
        "$share/g, MQTT-4.8.2-2", "$share/g/, MQTT-4.8.2-2", "$share/+/a, MQTT-4.8.2-2", "$share/a#/b, MQTT-4.8.2-2"
    })
    void says_what_is_wrong(String filter, String statement) {
        assertThatThrownBy(() -> TopicFilter.of(filter)).isInstanceOfSatisfying(InvalidTopicException.class, e -> {
            assertThat(e.statement()).isEqualTo(statement);
            assertThat(e).hasMessageContaining(statement);
        });
    }

    @Spec({"MQTT-4.7.0-1", "MQTT-4.7.3-1", "MQTT-4.7.3-2", "MQTT-4.7.3-3", "MQTT-3.3.2-2", "3.1.1:MQTT-4.7.1-1"})
    @ParameterizedTest
    @ValueSource(strings = {"", "a/+", "#", "a\0", "\uD800", "\u0007"})
    void a_name_is_text_without_wildcards(String name) {
        assertThatThrownBy(() -> TopicName.of(name)).isInstanceOf(InvalidTopicException.class);
        assertThatThrownBy(() -> TopicName.of("x".repeat(65_536))).isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("MQTT-4.7.3-3");
    }

    @Test
    void a_name_keeps_its_bytes() {
        byte[] bytes = {'x', 'a', (byte) 0xC3, (byte) 0xA9, 'x'};
        TopicName name = TopicName.ofUtf8(bytes, 1, 3);
        assertThat(name.value()).isEqualTo("a\u00E9");
        assertThat(name.utf8()).containsExactly('a', 0xC3, 0xA9);
        assertThat(name).isEqualTo(TopicName.of("a\u00E9")).hasSameHashCodeAs(TopicName.of("a\u00E9"))
                .hasToString("a\u00E9").isNotEqualTo(TopicName.of("a"));
        assertThatThrownBy(() -> TopicName.ofUtf8(bytes, 1, 2)).isInstanceOf(InvalidTopicException.class);
        assertThatThrownBy(() -> TopicName.ofUtf8(bytes, 1, 0)).isInstanceOf(InvalidTopicException.class);
    }
}
