package io.tern.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// JSON on one line.
class JsonTextTest {

    @Test
    void values_of_all_kinds_are_written_and_nothing_breaks_out_of_a_text() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a\"b\\c\nd\u001b[31m\u0085é\ud800");
        map.put("list", Arrays.asList(1, 2L, null, true, List.of(), Map.of()));

        assertThat(JsonText.of(map)).isEqualTo("{\"text\":\"a\\\"b\\\\c\\nd\\u001b[31m\\u0085é\\ud800\","
                + "\"list\":[1,2,null,true,[],{}]}");
    }
}
