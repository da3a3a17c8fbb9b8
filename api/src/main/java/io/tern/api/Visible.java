package io.tern.api;

import java.util.Locale;

/// Texts that others chose, made fit to be shown: what a terminal or a reader of a log would not show as it is, but
/// obey, stands there as `\u001B`. That is the control characters, those that end a line, and those that turn the
/// direction of writing or show nothing at all.
public final class Visible {

    private Visible() {}

    /// The text with all such characters escaped.
    ///
    /// @param text any
    /// @return the same one if there is none
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isHidden(text, i)) {
                return escaped(text, i, false);
            }
        }
        return text;
    }

    /// The text in single quotes, with these and backslashes escaped as well: nothing in it can pass for what stands
    /// around it.
    ///
    /// @param text any
    /// @return `'text'`
    public static String quoted(String text) {
        return "'" + escaped(text, 0, true) + "'";
    }

    private static String escaped(String text, int from, boolean quotes) {
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHidden(text, i)) {
                shown.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
            } else if (quotes && (c == '\'' || c == '\\')) {
                shown.append('\\').append(c);
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    private static boolean isHidden(String text, int at) {
        char c = text.charAt(at);
        if (c < 0x7F) {
            return c < ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SURROGATE -> !isPaired(text, at);
            default -> false;
        };
    }

    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
