package io.tern.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How the values of an [Option] are written, and which are allowed.
sealed interface ValueForm<T> permits ValueForm.WholeNumber, ValueForm.Text, ValueForm.Bool, ValueForm.Bytes,
        ValueForm.Span, ValueForm.Choice, TreeForm {

    /// Most characters of a wrong value that a message repeats.
    int SHOWN_CHARS = 60;

    /// A number that every unit can be multiplied with, and its unit, if any.
    Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");

    /// @return the value; IllegalArgumentException says why it is none
    T read(String text);

    /// @param blanksCount whether blanks around it belong to the value
    /// @return the value; IllegalArgumentException says why it is none
    default T read(Setting setting, boolean blanksCount) {
        if (setting instanceof Setting.Value value) {
            return read(blanksCount ? value.text() : value.text().strip());
        }
        throw new IllegalArgumentException("expected one value, found " + setting.shape());
    }

    String write(T value);

    /// @return the value; IllegalArgumentException if it is out of range
    T check(T value);

    default String unit() {
        return "";
    }

    default String range() {
        return "";
    }

    private static String shown(String text) {
        if (text.isEmpty()) {
            return "an empty value";
        }
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "...";
    }

    private static IllegalArgumentException below(String value, String least) {
        return new IllegalArgumentException(value + " is below the least, " + least);
    }

    private static IllegalArgumentException above(String value, String most) {
        return new IllegalArgumentException(value + " is above the most, " + most);
    }

    /// A whole number with a range.
    record WholeNumber(int least, int most, String unit) implements ValueForm<Integer> {

        private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

        @Override
        public Integer read(String text) {
            if (!NUMBER.matcher(text).matches()) {
                throw new IllegalArgumentException(shown(text) + " is not a whole number");
            }
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw text.startsWith("-") ? below(shown(text), counted(least)) : above(shown(text), counted(most));
            }
        }

        @Override
        public String write(Integer value) {
            return value.toString();
        }

        @Override
        public Integer check(Integer value) {
            if (value < least) {
                throw below(value.toString(), counted(least));
            }
            if (value > most) {
                throw above(value.toString(), counted(most));
            }
            return value;
        }

        @Override
        public String range() {
            return least + " to " + most;
        }

        private String counted(int number) {
            return unit.isEmpty() ? Integer.toString(number) : number + " " + unit;
        }
    }

    /// Any text.
    record Text() implements ValueForm<String> {

        @Override
        public String read(String text) {
            return text;
        }

        @Override
        public String write(String value) {
            return value;
        }

        @Override
        public String check(String value) {
            return value;
        }
    }

    /// True or false; the other words that YAML once took for them are refused.
    record Bool() implements ValueForm<Boolean> {

        @Override
        public Boolean read(String text) {
            return switch (text) {
                case "true", "True", "TRUE" -> true;
                case "false", "False", "FALSE" -> false;
                default -> throw new IllegalArgumentException(shown(text) + " is neither true nor false");
            };
        }

        @Override
        public String write(Boolean value) {
            return value.toString();
        }

        @Override
        public Boolean check(Boolean value) {
            return value;
        }

        @Override
        public String range() {
            return "true, false";
        }
    }

    /// Bytes, in powers of 1024.
    record Bytes(long least, long most) implements ValueForm<Long> {

        private static final String[] UNITS = {"", "KiB", "MiB", "GiB", "TiB"};

        @Override
        public Long read(String text) {
            Matcher amount = AMOUNT.matcher(text);
            if (amount.matches()) {
                for (int power = 0; power < UNITS.length; power++) {
                    if (UNITS[power].equals(amount.group(2))) {
                        return saturated(Long.parseLong(amount.group(1)), 1L << (10 * power));
                    }
                }
            }
            throw new IllegalArgumentException(
                    shown(text) + " is not a size; write bytes as a plain number, or 64 KiB, 1 MiB, 2 GiB");
        }

        @Override
        public String write(Long value) {
            int power = 0;
            long number = value;
            while (number != 0 && number % 1024 == 0 && power < UNITS.length - 1) {
                number /= 1024;
                power++;
            }
            return power == 0 ? Long.toString(number) : number + " " + UNITS[power];
        }

        @Override
        public Long check(Long value) {
            if (value < least) {
                throw below(value.toString(), least + " bytes");
            }
            if (value > most) {
                throw above(value.toString(), most + " bytes");
            }
            return value;
        }

        @Override
        public String unit() {
            return "bytes";
        }

        @Override
        public String range() {
            return write(least) + " to " + write(most);
        }
    }

    /// Time, in whole milliseconds.
    record Span(Duration least, Duration most) implements ValueForm<Duration> {

        private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
        private static final long[] UNIT_MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

        @Override
        public Duration read(String text) {
            Matcher amount = AMOUNT.matcher(text);
            if (amount.matches()) {
                long number = Long.parseLong(amount.group(1));
                if (number == 0 && amount.group(2).isEmpty()) {
                    return Duration.ZERO;
                }
                for (int i = 0; i < UNITS.length; i++) {
                    if (UNITS[i].equals(amount.group(2))) {
                        return Duration.ofMillis(saturated(number, UNIT_MILLIS[i]));
                    }
                }
            }
            throw new IllegalArgumentException(
                    shown(text) + " is not a length of time; write a number with ms, s, m, h or d, such as 10 s");
        }

        @Override
        public String write(Duration value) {
            long millis = value.toMillis();
            int i = 0;
            while (millis % UNIT_MILLIS[i] != 0) {
                i++;
            }
            return millis == 0 ? "0 s" : millis / UNIT_MILLIS[i] + " " + UNITS[i];
        }

        @Override
        public Duration check(Duration value) {
            if (value.compareTo(least) < 0) {
                throw below(write(value), write(least));
            }
            if (value.compareTo(most) > 0) {
                throw above(write(value), write(most));
            }
            return value;
        }

        @Override
        public String range() {
            return write(least) + " to " + write(most);
        }
    }

    /// The constants of an enum, in lower case.
    record Choice<E extends Enum<E>>(Class<E> type) implements ValueForm<E> {

        @Override
        public E read(String text) {
            for (E constant : type.getEnumConstants()) {
                if (write(constant).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(shown(text) + " is none of " + range());
        }

        @Override
        public String write(E value) {
            return value.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public E check(E value) {
            return value;
        }

        @Override
        public String range() {
            return Arrays.stream(type.getEnumConstants()).map(this::write).collect(Collectors.joining(", "));
        }
    }

    /// A product that stays at the largest long, which no range allows, instead of wrapping.
    private static long saturated(long number, long factor) {
        return number > Long.MAX_VALUE / factor ? Long.MAX_VALUE : number * factor;
    }
}
