package io.tern.transport;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The head of an HTTP/1.1 request, as strict as RFC 9112 lets a server be: an upgrade is all that is asked of us.
///
/// @param method as sent
/// @param path of the target, without its query; a target may be a whole URL
/// @param fields by name in lower case; repeated ones are joined by a comma
record HttpHead(String method, String path, Map<String, String> fields) {

    private static final String LINE_END = "\r\n";
    /// Fields that say one thing: of two, nobody knows which counts.
    private static final Set<String> SINGLE = Set.of("host", "origin", "sec-websocket-key", "sec-websocket-version");
    private static final Pattern ABSOLUTE =
            Pattern.compile("(?i:https?|wss?)://(?<authority>[^/?#@]+)/?(?<rest>.*)");
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
                || hasControl(request[1])) {
            return null;
        }
        Matcher absolute = ABSOLUTE.matcher(request[1]);
        String authority = absolute.matches() ? absolute.group("authority") : null;
        String target = authority == null ? request[1] : "/" + absolute.group("rest");
        if (!target.startsWith("/")) {
            return null;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon < 1 || !isName(line.substring(0, colon)) || hasControl(line.replace('\t', ' '))) {
                return null;
            }
            String value = line.substring(colon + 1).strip();
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (fields.merge(name, value, (a, b) -> a + "," + b) != value && SINGLE.contains(name)) {
                return null;
            }
        }
        if (authority != null && fields.containsKey("host")) {
            fields.put("host", authority); // It counts more (RFC 9112, section 3.2.2).
        }
        int query = target.indexOf('?');
        return new HttpHead(request[0], query < 0 ? target : target.substring(0, query), fields);
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
