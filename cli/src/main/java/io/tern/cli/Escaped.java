package io.tern.cli;

import java.util.HexFormat;

/// Texts that strangers chose, fit for a terminal: what it would obey instead of showing it stands there as `\u001b`.
final class Escaped {

    private static final HexFormat HEX = HexFormat.of();

    private Escaped() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> {
                    for (char half : Character.toChars(c)) {
                        shown.append("\\u").append(HEX.toHexDigits(half));
                    }
                }
                default -> shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
