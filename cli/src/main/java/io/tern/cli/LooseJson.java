package io.tern.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// A JSON value of a message, and how mosquitto_sub prints it, to the byte: minimal, or with tabs. It is not strict, as
/// `-F %J` is not: names may repeat, numbers are printed as C does. Texts are kept as bytes in the guise of Latin-1
/// characters, so that what is no valid UTF-8 passes through unchanged.
sealed interface LooseJson {

    /// A text; holds bytes as Latin-1 characters.
    record Text(String latin1) implements LooseJson { }

    /// A number.
    record Num(double value) implements LooseJson { }

    /// true, false or null.
    record Word(String word) implements LooseJson { }

    /// An array.
    record Array(List<LooseJson> items) implements LooseJson { }

    /// A member of an object; names may repeat.
    record Member(String latin1Name, LooseJson value) { }

    /// An object.
    record Obj(List<Member> members) implements LooseJson {

        Obj() {
            this(new ArrayList<>());
        }

        Obj with(String latin1Name, LooseJson value) {
            members.add(new Member(latin1Name, value));
            return this;
        }

        Obj with(String name, long value) {
            return with(name, new Num(value));
        }
    }

    /// Prints a value.
    ///
    /// @param pretty with line ends and tabs
    /// @return bytes as Latin-1 characters
    static String print(LooseJson value, boolean pretty) {
        StringBuilder out = new StringBuilder();
        print(value, pretty, 0, out);
        return out.toString();
    }

    private static void print(LooseJson value, boolean pretty, int depth, StringBuilder out) {
        switch (value) {
            case Text text -> quote(text.latin1, out);
            case Num number -> out.append(number(number.value));
            case Word word -> out.append(word.word);
            case Array array -> printArray(array, pretty, depth + 1, out);
            case Obj object -> printObject(object, pretty, depth + 1, out);
        }
    }

    private static void printArray(Array array, boolean pretty, int depth, StringBuilder out) {
        out.append('[');
        String separator = "";
        for (LooseJson item : array.items) {
            out.append(separator);
            print(item, pretty, depth, out);
            separator = pretty ? ", " : ",";
        }
        out.append(']');
    }

    private static void printObject(Obj object, boolean pretty, int depth, StringBuilder out) {
        out.append('{');
        String separator = "";
        for (Member member : object.members) {
            out.append(separator);
            indent(pretty, depth, out);
            quote(member.latin1Name, out);
            out.append(pretty ? ":\t" : ":");
            print(member.value, pretty, depth, out);
            separator = ",";
        }
        indent(pretty, depth - 1, out);
        out.append('}');
    }

    private static void indent(boolean pretty, int depth, StringBuilder out) {
        if (pretty) {
            out.append('\n').repeat("\t", depth);
        }
    }

    private static void quote(String latin1, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < latin1.length(); i++) {
            char c = latin1.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(c < 0x10 ? "0" : "1").append(Character.forDigit(c & 0xF, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /// A number as C's printf says it: 15 digits if they suffice, else 17.
    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "null";
        }
        String text = general(value, 15);
        return Double.parseDouble(text) == value ? text : general(value, 17);
    }

    private static String general(double value, int digits) {
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < digits) {
            return rounded.toPlainString();
        }
        String all = rounded.unscaledValue().abs().toString();
        String mantissa = all.length() == 1 ? all : all.charAt(0) + "." + all.substring(1);
        int absolute = Math.abs(exponent);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+")
                + (absolute < 10 ? "0" : "") + absolute;
    }
}
