package io.tern.transport;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The head of an HTTP/1.1 request, as strict as RFC 9112 lets a server be: an upgrade is all that is asked of us.
///
/// @param method as sent
/// @param path of the target, without its query
/// @param fields by name in lower case; repeated ones are joined by a comma
record HttpHead(String method, String path, Map<String, String> fields) {

    private static final String LINE_END = "\r\n";
    private static final String NAME_SYMBOLS = "!#$%&'*+-.^_`|~";

    /// Reads a head.
    ///
    /// @param bytes the head, from the request line to the empty line
    /// @param length of it
    /// @return null if it is none
    static HttpHead parse(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        if (!text.endsWith(LINE_END + LINE_END)) {
            return null;
        }
        String[] lines = text.substring(0, length - 2 * LINE_END.length()).split(LINE_END, -1);
        String[] request = lines[0].split(" ", -1);
        if (request.length != 3 || !request[2].equals("HTTP/1.1") || !isName(request[0])
                || !request[1].startsWith("/") || hasControl(request[1])) {
            return null;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon < 1 || !isName(line.substring(0, colon)) || hasControl(line.replace('\t', ' '))) {
                return null;
            }
            String value = line.substring(colon + 1).strip();
            fields.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b);
        }
        int query = request[1].indexOf('?');
        return new HttpHead(request[0], query < 0 ? request[1] : request[1].substring(0, query), fields);
    }

    /// A field's value.
    ///
    /// @param name in lower case
    /// @return empty if there is none
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /// A field that is a list.
    ///
    /// @param name in lower case
    /// @return its parts, without the empty ones
    List<String> list(String name) {
        return Stream.of(field(name).split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && text.chars().allMatch(c ->
                c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || NAME_SYMBOLS.indexOf(c) >= 0);
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7F);
    }
}
