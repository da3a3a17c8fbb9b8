package io.tern.admin.control;

import io.tern.broker.defence.Ban;
import io.tern.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Reads a list of bans entry by entry, so that one that can't be read costs no other: wherever a file was cut, filled
/// with zeros or edited by hand, the entries around it hold. An entry is an object of texts and numbers; as JSON it has
/// no end of line within a text, and here no other object in it.
final class BanEntries {

    private static final int ENTRY_BYTES_MAX = 16 * 1024;

    private final InputStream in;
    private final Consumer<Ban> read;
    private final ByteArrayOutputStream entry = new ByteArrayOutputStream();
    private boolean inEntry;
    private boolean inText;
    private boolean escaped;
    private boolean strayInLine;
    private int line = 1;
    private int begunAt;
    private long bad;
    private String first;

    /// @param in to be read to its end
    /// @param read takes each ban
    BanEntries(InputStream in, Consumer<Ban> read) {
        this.in = in;
        this.read = read;
    }

    /// @return what can't be read, in words; null if all could
    String readAll() throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) {
            take((char) next);
        }
        if (inEntry) {
            skip("it has no end");
        }
        return bad == 0 ? null : bad + (bad == 1 ? " entry" : " entries") + " can't be read, the first at " + first;
    }

    private void take(char c) {
        if (!inEntry) {
            outside(c);
        } else if (inText) {
            inText(c);
        } else if (c == '{') {
            skip("it has no end");
            begin();
        } else {
            entry.write(c);
            inText = c == '"';
            if (c == '}') {
                end();
            }
        }
        if (c == '\n') {
            line++;
            strayInLine = false;
        }
        if (inEntry && entry.size() > ENTRY_BYTES_MAX) {
            skip("it has more than " + ENTRY_BYTES_MAX + " bytes");
        }
    }

    private void outside(char c) {
        if (c == '{') {
            begin();
        } else if ("[], \t\r\n".indexOf(c) < 0 && !strayInLine) {
            strayInLine = true;
            begunAt = line;
            skip("not {...}");
        }
    }

    private void inText(char c) {
        if (c == '\n') {
            skip("a text has no end");
            return;
        }
        entry.write(c);
        inText = escaped || c != '"';
        escaped = !escaped && c == '\\';
    }

    private void begin() {
        entry.reset();
        entry.write('{');
        inEntry = true;
        inText = false;
        escaped = false;
        begunAt = line;
    }

    private void skip(String why) {
        inEntry = false;
        bad++;
        first = first == null ? "line " + begunAt + ": " + why : first;
    }

    private void end() {
        Map<String, Object> facts = Json.object(entry.toByteArray());
        if (facts == null) {
            skip("no JSON");
            return;
        }
        try {
            read.accept(ban(facts));
            inEntry = false;
        } catch (IllegalArgumentException e) {
            skip(e.getMessage());
        }
    }

    private static Ban ban(Map<String, Object> facts) {
        return new Ban(
                Ban.Kind.of(text(facts, "kind")),
                text(facts, "value"),
                text(facts, "by"),
                text(facts, "reason"),
                time(facts, "at", 0),
                time(facts, "until", Ban.FOR_EVER),
                Boolean.TRUE.equals(facts.get("automatic")));
    }

    private static String text(Map<String, Object> facts, String name) {
        Object value = facts.getOrDefault(name, "");
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no text");
    }

    private static long time(Map<String, Object> facts, String name, long otherwise) {
        Object value = facts.getOrDefault(name, otherwise);
        if (value instanceof Long time) {
            return time;
        }
        throw new IllegalArgumentException(name + " is no time");
    }

    /// What is told of a ban, and written of it.
    ///
    /// @param ban any
    /// @return names with texts and numbers
    static Map<String, Object> facts(Ban ban) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", ban.kind().word());
        facts.put("value", ban.value());
        facts.put("by", ban.by());
        facts.put("reason", ban.reason());
        facts.put("at", ban.atMillis());
        if (ban.untilMillis() != Ban.FOR_EVER) {
            facts.put("until", ban.untilMillis());
        }
        if (ban.automatic()) {
            facts.put("automatic", true);
        }
        return facts;
    }
}
