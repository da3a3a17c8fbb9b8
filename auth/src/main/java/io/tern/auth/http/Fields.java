package io.tern.auth.http;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Fields of what a service has answered, which have to be what they should be if they are there.
final class Fields {

    private Fields() {}

    /// @throws IllegalArgumentException if the field is no text
    static String text(Map<String, Object> json, String name) {
        if (json.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no text");
    }

    /// @throws IllegalArgumentException if the field is no list of texts
    static Set<String> texts(Map<String, Object> json, String name) {
        if (!(json.get(name) instanceof List<?> list)) {
            throw new IllegalArgumentException(name + " is no list");
        }
        Set<String> texts = new HashSet<>();
        for (Object each : list) {
            if (!(each instanceof String text)) {
                throw new IllegalArgumentException(name + " holds what is no text");
            }
            texts.add(text);
        }
        return texts;
    }

    /// @return a time in milliseconds, of a field in seconds
    /// @throws IllegalArgumentException if the field is no number
    static long millis(Map<String, Object> json, String name) {
        if (json.get(name) instanceof Number seconds) {
            return Math.clamp(seconds.longValue(), 0, Long.MAX_VALUE / 1000 - 1) * 1000;
        }
        throw new IllegalArgumentException(name + " is no number");
    }
}
