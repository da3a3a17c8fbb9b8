package io.tern.store.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON value: objects become maps, arrays lists, whole numbers `Long`; there are no others.
final class JsonReader {

    private static final int DEPTH_MAX = 8;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException if it isn't one, saying where
    static Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong("something follows the value");
        }
        return value;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("column " + (at + 1) + ": " + what);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        if (at == text.length()) {
            throw wrong("the line is cut off");
        }
        return text.charAt(at++);
    }

    private boolean takes(char expected) {
        space();
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char expected) {
        if (!takes(expected)) {
            throw wrong("'" + expected + "' is missing");
        }
    }

    private Object value(int depth) {
        if (depth > DEPTH_MAX) {
            throw wrong("too deep");
        }
        if (takes('{')) {
            return object(depth);
        }
        if (takes('[')) {
            return array(depth);
        }
        if (takes('"')) {
            return string();
        }
        if (word("true")) {
            return true;
        }
        if (word("false")) {
            return false;
        }
        if (word("null")) {
            return null;
        }
        return number();
    }

    private boolean word(String word) {
        if (text.startsWith(word, at)) {
            at += word.length();
            return true;
        }
        return false;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (takes('}')) {
            return object;
        }
        do {
            expect('"');
            String name = string();
            expect(':');
            if (object.containsKey(name)) {
                throw wrong("'" + name + "' stands there twice");
            }
            object.put(name, value(depth + 1));
        } while (takes(','));
        expect('}');
        return object;
    }

    private List<Object> array(int depth) {
        List<Object> array = new ArrayList<>();
        if (takes(']')) {
            return array;
        }
        do {
            array.add(value(depth + 1));
        } while (takes(','));
        expect(']');
        return array;
    }

    private Long number() {
        int start = at;
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        try {
            return Long.valueOf(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw wrong("no value stands there");
        }
    }

    private String string() {
        int plain = at;
        while (plain < text.length() && text.charAt(plain) != '"' && text.charAt(plain) != '\\') {
            plain++;
        }
        StringBuilder string = new StringBuilder(text.substring(at, plain));
        at = plain;
        for (char c = next(); c != '"'; c = next()) {
            string.append(c == '\\' ? escaped() : c);
        }
        return string.toString();
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (text.length() - at < 4) {
                    throw wrong("\\u is cut off");
                }
                at += 4;
                try {
                    yield (char) Integer.parseInt(text, at - 4, at, 16);
                } catch (NumberFormatException e) {
                    throw wrong("\\u without four hexadecimal digits");
                }
            }
            default -> throw wrong("\\" + c);
        };
    }
}
