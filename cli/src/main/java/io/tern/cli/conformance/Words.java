package io.tern.cli.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Takes the words of a line apart. Bytes are kept as strings with one character of 0 to 255 for each.
final class Words {

    private Words() {}

    /// Splits at blanks outside of quotes.
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                word.append(c).append(line.charAt(++i));
            } else if (quote != 0 || c != ' ') {
                quote = quote == 0 && (c == '\'' || c == '"') ? c : c == quote ? 0 : quote;
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("no closing quote: " + line);
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    /// What a word stands for: quotes gone, `'x'*3` repeated, escapes and `@` replaced, `$name` looked up.
    static String value(String word, Names names) {
        if (word.matches("\\$\\w+")) {
            String captured = names.captured(word.substring(1));
            if (captured == null) {
                throw new IllegalArgumentException("nothing was captured as " + word);
            }
            return captured;
        }
        StringBuilder value = new StringBuilder();
        int at = 0;
        while (at < word.length()) {
            char c = word.charAt(at);
            if (c != '\'') {
                at = character(word, at, names, value);
                continue;
            }
            StringBuilder quoted = new StringBuilder();
            at++;
            while (word.charAt(at) != '\'') {
                at = character(word, at, names, quoted);
            }
            at++;
            int times = 1;
            if (at < word.length() && word.charAt(at) == '*') {
                int end = at + 1;
                while (end < word.length() && Character.isDigit(word.charAt(end))) {
                    end++;
                }
                times = Integer.parseInt(word.substring(at + 1, end));
                at = end;
            }
            value.append(quoted.toString().repeat(times));
        }
        return value.toString();
    }

    private static int character(String word, int at, Names names, StringBuilder out) {
        char c = word.charAt(at);
        if (c == '@') {
            out.append(names.unique());
            return at + 1;
        }
        if (c != '\\') {
            out.append(utf8(String.valueOf(c)));
            return at + 1;
        }
        char escaped = word.charAt(at + 1);
        if (escaped == 'x') {
            out.append((char) Integer.parseInt(word.substring(at + 2, at + 4), 16));
            return at + 4;
        }
        if (escaped == 'u') {
            out.append(utf8(Character.toString(Integer.parseInt(word.substring(at + 2, at + 6), 16))));
            return at + 6;
        }
        out.append(escaped);
        return at + 2;
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// For messages: what can't be printed as an escape, and not more than can be read.
    static String printable(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(80, value.length()); i++) {
            char c = value.charAt(i);
            if (c > ' ' && c < 127) {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
        return value.length() > 80 ? text + "... (" + value.length() + " bytes)" : text.toString();
    }
}
