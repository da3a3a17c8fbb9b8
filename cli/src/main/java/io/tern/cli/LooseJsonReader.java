package io.tern.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads JSON that a message carries, as mosquitto_sub does.
final class LooseJsonReader {

    /// Deeper nesting is refused: it says nothing, and would exhaust the stack.
    private static final int DEPTH_MAX = 1_000;

    private final String latin1;
    private int at;
    private int depth;

    private LooseJsonReader(String latin1) {
        this.latin1 = latin1;
    }

    /// Reads a value. What follows it is not looked at.
    ///
    /// @param bytes UTF-8, more or less
    /// @return null if it is no JSON
    static LooseJson read(byte[] bytes) {
        try {
            LooseJsonReader reader = new LooseJsonReader(new String(bytes, StandardCharsets.ISO_8859_1));
            return reader.value();
        } catch (NotJson | NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    /// Reads a value with nothing behind it.
    ///
    /// @param bytes UTF-8, more or less
    /// @return null if it is no JSON; the word `null` if there is nothing at all
    static LooseJson readWhole(byte[] bytes) {
        try {
            LooseJsonReader reader = new LooseJsonReader(new String(bytes, StandardCharsets.ISO_8859_1));
            LooseJson value = bytes.length == 0 ? new LooseJson.Word("null") : reader.value();
            reader.skipBlanks();
            return reader.at < bytes.length ? null : value;
        } catch (NotJson | NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static final class NotJson extends RuntimeException {
        private NotJson() {
            super(null, null, false, false);
        }
    }

    private char peek() {
        return at < latin1.length() ? latin1.charAt(at) : 0;
    }

    private void skipBlanks() {
        while (at < latin1.length() && latin1.charAt(at) <= ' ') {
            at++;
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new NotJson();
        }
        at++;
    }

    private LooseJson value() {
        skipBlanks();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new LooseJson.Text(text());
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private LooseJson word(String word) {
        if (!latin1.startsWith(word, at)) {
            throw new NotJson();
        }
        at += word.length();
        return new LooseJson.Word(word);
    }

    private LooseJson number() {
        int from = at;
        while ("0123456789+-eE.".indexOf(peek()) >= 0 && peek() != 0) {
            at++;
        }
        String text = latin1.substring(from, at);
        if (!text.matches("-?[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]+)?")) {
            throw new NotJson();
        }
        return new LooseJson.Num(Double.parseDouble(text));
    }

    private void enter() {
        if (++depth > DEPTH_MAX) {
            throw new NotJson();
        }
        at++;
        skipBlanks();
    }

    private LooseJson array() {
        enter();
        List<LooseJson> items = new ArrayList<>();
        if (peek() != ']') {
            items.add(value());
            skipBlanks();
            while (peek() == ',') {
                at++;
                items.add(value());
                skipBlanks();
            }
        }
        expect(']');
        depth--;
        return new LooseJson.Array(items);
    }

    private LooseJson object() {
        enter();
        LooseJson.Obj object = new LooseJson.Obj();
        if (peek() != '}') {
            member(object);
            while (peek() == ',') {
                at++;
                skipBlanks();
                member(object);
            }
        }
        expect('}');
        depth--;
        return object;
    }

    private void member(LooseJson.Obj object) {
        String name = text();
        skipBlanks();
        expect(':');
        object.with(name, value());
        skipBlanks();
    }

    private String text() {
        expect('"');
        StringBuilder text = new StringBuilder();
        while (latin1.charAt(at) != '"') {
            char c = latin1.charAt(at++);
            if (c == '\\') {
                escape(text);
            } else {
                text.append(c);
            }
        }
        at++;
        return text.toString();
    }

    private void escape(StringBuilder text) {
        char c = latin1.charAt(at++);
        switch (c) {
            case '"', '\\', '/' -> text.append(c);
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> text.append(new String(codePoint().getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.ISO_8859_1));
            default -> throw new NotJson();
        }
    }

    private String codePoint() {
        char first = hex();
        if (!Character.isSurrogate(first)) {
            return String.valueOf(first);
        }
        expect('\\');
        expect('u');
        char second = hex();
        if (!Character.isSurrogatePair(first, second)) {
            throw new NotJson();
        }
        return new String(new char[] {first, second});
    }

    private char hex() {
        char value = (char) Integer.parseUnsignedInt(latin1.substring(at, at + 4), 16);
        at += 4;
        return value;
    }
}
