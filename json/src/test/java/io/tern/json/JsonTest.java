package io.tern.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// JSON as RFC 8259 has it, and no more.
class JsonTest {

    private static Object read(String text) throws JsonException {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String fault(String text) {
        return catchThrowableOfType(JsonException.class, () -> read(text)).getMessage();
    }

    @Test
    void values_of_all_kinds_are_read_in_their_order() throws JsonException {
        assertThat(read(" {\"b\": [1, -2, 0.5, 1e3], \"a\": {\"x\": null, \"y\": true},"
                + " \"\\u00e9\\n\": \"\\ud83d\\ude00\"} "))
                .isEqualTo(Map.of("b", List.of(1L, -2L, 0.5, 1000.0), "a", nullAndTrue(), "é\n", "😀"));
        assertThat(Json.object(read("{\"b\":1,\"a\":2}")).keySet()).containsExactly("b", "a");
        assertThat(read("\uFEFF[]")).isEqualTo(List.of());
    }

    private static Map<String, Object> nullAndTrue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("x", null);
        map.put("y", true);
        return map;
    }

    @Test
    void whole_numbers_are_exact() throws JsonException {
        assertThat(read("[9007199254740993, 9223372036854775807, 12345678901234567890123]")).isEqualTo(List.of(
                9007199254740993L, Long.MAX_VALUE, new BigInteger("12345678901234567890123")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,]", "[01]", "[NaN]", "['a']", "{a:1}", "[1] x", "[1][2]", "{\"a\":1}}",
            "[1]\u0000", "// x\n[]", "[\"\t\"]", "[+1]", "[.5]", "[1.]", "tru", "[\"\\ud800\"]", "{\"\\udc00\":1}",
            "[\"\\x\"]", "[1e999]"})
    void what_is_no_json_is_refused(String text) {
        assertThat(fault(text)).isNotBlank().doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"a\":1,\"a\":2}|line 1, column",
        "{\"a\":[{\"b\":1},{\"b\":1,\"\\u0062\":2}]}|\"b\"",
    })
    void a_name_that_is_there_twice_is_refused(String text, String said) {
        assertThat(fault(text)).contains(said);
    }

    @Test
    void nesting_is_bounded_before_it_costs_a_stack() throws JsonException {
        assertThat(read("[".repeat(64) + "]".repeat(64))).isNotNull();
        assertThat(fault("[".repeat(65) + "]".repeat(65))).contains("64");
        assertThat(fault("[".repeat(1_000_000))).contains("64");
        assertThat(fault("{\"a\":".repeat(100_000))).contains("64");
    }

    @Test
    void length_is_bounded() {
        assertThat(fault("\"" + "a".repeat(1024 * 1024) + "\"")).isEqualTo("more than 1048576 bytes");
        assertThat(fault("1".repeat(65))).contains("64");
    }

    @Test
    void what_is_no_utf_8_is_refused() {
        for (byte[] bad : List.of(
                new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'},
                new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
                new byte[] {'"', (byte) 0xFF, '"'},
                "[1]".getBytes(StandardCharsets.UTF_16BE))) {
            assertThat(catchThrowableOfType(JsonException.class, () -> Json.read(bad))).isNotNull();
        }
    }

    @Test
    void values_of_all_kinds_are_written_and_nothing_breaks_out_of_a_text() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a\"b\\c\nd\u001b[31m\u0085é\ud800\u202Ex\u2028\u200B");
        map.put("list", Arrays.asList(1, 2L, null, true, 0.5, Double.NaN, List.of(), Map.of()));

        assertThat(Json.text(map)).isEqualTo("{\"text\":\"a\\\"b\\\\c\\nd\\u001b[31m\\u0085é\\ud800"
                + "\\u202ex\\u2028\\u200b\","
                + "\"list\":[1,2,null,true,0.5,null,[],{}]}");
    }

    @Test
    void what_is_written_is_read_back() throws JsonException {
        Object value = Map.of("a", List.of("😀\u202E\"\\/\u0001", 1L, new BigInteger("12345678901234567890123")));
        assertThat(Json.read(Json.bytes(value))).isEqualTo(value);
    }
}
