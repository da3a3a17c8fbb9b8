package io.tern.interop;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Named values on one line, written as in the query of a URL: all languages can read that. Bytes are in Base64.
final class Fields {

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    static Fields parse(String line) {
        Fields fields = new Fields();
        for (String pair : line.split("&")) {
            int equals = pair.indexOf('=');
            if (equals >= 0) {
                fields.with(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    /// Adds a value; the same name may have several, and null adds none.
    Fields with(String name, Object value) {
        if (value != null) {
            values.computeIfAbsent(name, any -> new ArrayList<>()).add(value.toString());
        }
        return this;
    }

    Fields withFlag(String name, boolean value) {
        return with(name, value ? 1 : 0);
    }

    Fields withBytes(String name, byte[] value) {
        return value == null ? this : with(name, Base64.getEncoder().encodeToString(value));
    }

    /// The value; null if there is none.
    String text(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.get(0);
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    int number(String name, int otherwise) {
        String text = text(name);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    boolean flag(String name) {
        return number(name, 0) == 1;
    }

    /// The value's bytes; null if there is none.
    byte[] bytes(String name) {
        String text = text(name);
        return text == null ? null : Base64.getDecoder().decode(text);
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        values.forEach((name, all) -> all.forEach(value -> line.append(line.isEmpty() ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value))));
        return line.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
