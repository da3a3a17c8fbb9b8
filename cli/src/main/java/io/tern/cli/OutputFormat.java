package io.tern.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The format string of `tern sub -F`, taken apart: `%` begins a parameter of the message, `@` a conversion of
/// strftime, `\` a character that is hard to type.
final class OutputFormat {

    /// A part of the output.
    sealed interface Part { }

    /// Bytes that stand for themselves.
    record Literal(byte[] bytes) implements Part { }

    /// A conversion of strftime, or N for the nanoseconds of the second.
    record Time(char conversion) implements Part { }

    /// A parameter of the message.
    ///
    /// @param leftAligned whether it is padded on the right
    /// @param zeroPadded whether numbers are padded with zeros
    /// @param width least characters, 0 for as many as there are
    /// @param maxWidth most characters, -1 for as many as there are
    record Parameter(char name, boolean leftAligned, boolean zeroPadded, int width, int maxWidth) implements Part { }

    private static final String NAMES = "%ACDEFIJjlmPpqRrStUxX";
    /// A message is small against this; more is a slip of the keyboard.
    private static final int WIDTH_MAX = 10_000;

    private final String text;
    private final List<Part> parts = new ArrayList<>();
    private int at;

    private OutputFormat(String text) {
        this.text = text;
    }

    /// Takes a format string apart.
    ///
    /// @throws UsageException naming what is wrong with it
    static List<Part> parse(String text) throws UsageException {
        OutputFormat format = new OutputFormat(text);
        format.parse();
        return List.copyOf(format.parts);
    }

    private void parse() throws UsageException {
        StringBuilder literal = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                literal.append(escaped());
            } else if (c == '@' && next('@')) {
                literal.append('@');
            } else if (c == '@') {
                flush(literal);
                parts.add(new Time(character("format")));
            } else if (c == '%') {
                flush(literal);
                parts.add(parameter());
            } else {
                literal.append(c);
            }
        }
        flush(literal);
    }

    private void flush(StringBuilder literal) {
        if (!literal.isEmpty()) {
            parts.add(new Literal(literal.toString().getBytes(StandardCharsets.UTF_8)));
            literal.setLength(0);
        }
    }

    private boolean next(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private char character(String kind) throws UsageException {
        if (at == text.length()) {
            throw new UsageException("Error: Incomplete " + kind + " specifier.");
        }
        return text.charAt(at++);
    }

    private char escaped() throws UsageException {
        char c = character("escape");
        return switch (c) {
            case '\\' -> '\\';
            case '0' -> '\0';
            case 'a' -> '\u0007';
            case 'e' -> '\u001B';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> '\u000B';
            default -> throw new UsageException("Error: Invalid escape specifier '" + c + "'.");
        };
    }

    private Parameter parameter() throws UsageException {
        boolean leftAligned = next('-');
        boolean zeroPadded = next('0');
        int width = number();
        int maxWidth = next('.') ? number() : -1;
        char name = character("format");
        if (NAMES.indexOf(name) < 0) {
            throw new UsageException("Error: Invalid format specifier '" + name + "'.");
        }
        return new Parameter(name, leftAligned, zeroPadded, width, maxWidth);
    }

    private int number() {
        int value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = Math.min(value * 10 + text.charAt(at++) - '0', WIDTH_MAX);
        }
        return value;
    }
}
