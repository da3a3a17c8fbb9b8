package io.tern.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// One declared setting: its key, default, range and meaning, and how its value is written.
///
/// Each room declares its own as constants in one file; one reader fills [Options] from them, and the reference page is
/// rendered from the same list, so that the three can't differ. Immutable, for any thread.
///
/// @param <T> what the code gets: Integer, String, Boolean, Long (bytes), Duration, an enum, a list, a map or a
///     [Setting]
public final class Option<T> {

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");

    private final String key;
    private final Class<T> type;
    private final ValueForm<T> form;
    private final T defaultValue;
    private final String meaning;

    private Option(String key, Class<T> type, ValueForm<T> form, T defaultValue, String meaning) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("key " + key);
        }
        this.key = key;
        this.type = type;
        this.form = form;
        this.meaning = meaning;
        this.defaultValue = form.check(defaultValue);
    }

    /// A whole number.
    ///
    /// @param key lower_snake words joined by dots, such as `listeners.mqtt.port`
    /// @param defaultValue what holds when the key is not given, `least` to `most`
    /// @param least smallest value allowed
    /// @param most largest value allowed
    /// @param unit plural, such as `messages`; empty if there is none
    /// @param meaning one or two sentences for the operator
    /// @return the option
    public static Option<Integer> integer(String key, int defaultValue, int least, int most, String unit,
            String meaning) {
        return new Option<>(key, Integer.class, new ValueForm.WholeNumber(least, most, unit), defaultValue, meaning);
    }

    /// Any text: a path, an address, a name.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given; empty for "none"
    /// @param meaning as in [#integer]
    /// @return the option
    public static Option<String> text(String key, String defaultValue, String meaning) {
        return new Option<>(key, String.class, new ValueForm.Text(), defaultValue, meaning);
    }

    /// `true` or `false`.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given
    /// @param meaning as in [#integer]
    /// @return the option
    public static Option<Boolean> bool(String key, boolean defaultValue, String meaning) {
        return new Option<>(key, Boolean.class, new ValueForm.Bool(), defaultValue, meaning);
    }

    /// A number of bytes, written `64 KiB`, `1MiB`, `2 GiB` or as a plain number.
    ///
    /// @param key as in [#integer]
    /// @param defaultBytes what holds when the key is not given
    /// @param leastBytes smallest value allowed, 0 or more
    /// @param mostBytes largest value allowed
    /// @param meaning as in [#integer]
    /// @return the option
    public static Option<Long> bytes(String key, long defaultBytes, long leastBytes, long mostBytes, String meaning) {
        return new Option<>(key, Long.class, new ValueForm.Bytes(leastBytes, mostBytes), defaultBytes, meaning);
    }

    /// A length of time in whole milliseconds, written `200 ms`, `10 s`, `5 m`, `2 h` or `7 d`; only 0 needs no unit.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given
    /// @param least shortest allowed, zero or more
    /// @param most longest allowed
    /// @param meaning as in [#integer]
    /// @return the option
    public static Option<Duration> duration(String key, Duration defaultValue, Duration least, Duration most,
            String meaning) {
        return new Option<>(key, Duration.class, new ValueForm.Span(least, most), defaultValue, meaning);
    }

    /// One of a few words: the constants of an enum, in lower case.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given
    /// @param meaning as in [#integer]
    /// @param <E> the enum
    /// @return the option
    public static <E extends Enum<E>> Option<E> choice(String key, E defaultValue, String meaning) {
        Class<E> type = defaultValue.getDeclaringClass();
        return new Option<>(key, type, new ValueForm.Choice<>(type), defaultValue, meaning);
    }

    /// Any number of texts: a list, or one alone.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given
    /// @param meaning as in [#integer]
    /// @return the option
    @SuppressWarnings("unchecked")
    public static Option<List<String>> texts(String key, List<String> defaultValue, String meaning) {
        Class<?> type = List.class;
        return new Option<>(key, (Class<List<String>>) type, new TreeForm.Texts(), defaultValue, meaning);
    }

    /// Names of something: a list of one or more, or one alone. That none are given can't be told from that nobody has
    /// thought of any, so where the key stands there has to be one.
    ///
    /// @param key as in [#integer]
    /// @param meaning as in [#integer]
    /// @return the option; without any names by default
    @SuppressWarnings("unchecked")
    public static Option<List<String>> names(String key, String meaning) {
        Class<?> type = List.class;
        return new Option<>(key, (Class<List<String>>) type, new TreeForm.Names(), List.of(), meaning);
    }

    /// Any number of addresses and ranges of them, as [AddressRange] reads them: a list, or one alone.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given
    /// @param meaning as in [#integer]
    /// @return the option
    @SuppressWarnings("unchecked")
    public static Option<List<String>> addresses(String key, List<String> defaultValue, String meaning) {
        Class<?> type = List.class;
        return new Option<>(key, (Class<List<String>>) type, new TreeForm.Addresses(), defaultValue, meaning);
    }

    /// Any number of the words that there are: a list, or one alone.
    ///
    /// @param key as in [#integer]
    /// @param defaultValue what holds when the key is not given
    /// @param allowed the words there are; at least one of them must be given
    /// @param meaning as in [#integer]
    /// @return the option
    @SuppressWarnings("unchecked")
    public static Option<List<String>> words(String key, List<String> defaultValue, List<String> allowed,
            String meaning) {
        Class<?> type = List.class;
        return new Option<>(key, (Class<List<String>>) type, new TreeForm.Words(List.copyOf(allowed)), defaultValue,
                meaning);
    }

    /// Names with a text for each: a section whose keys are free.
    ///
    /// @param key as in [#integer]
    /// @param meaning as in [#integer]
    /// @return the option; without any names by default
    @SuppressWarnings("unchecked")
    public static Option<Map<String, String>> named(String key, String meaning) {
        Class<?> type = Map.class;
        return new Option<>(key, (Class<Map<String, String>>) type, new TreeForm.Named(), Map.of(), meaning);
    }

    /// What is looked into by somebody else: a list of sections, for instance.
    ///
    /// @param key as in [#integer]
    /// @param meaning as in [#integer]
    /// @return the option; [Setting#NOTHING] by default
    public static Option<Setting> tree(String key, String meaning) {
        return new Option<>(key, Setting.class, new TreeForm.Tree(), Setting.NOTHING, meaning);
    }

    /// Reads what stands in a file.
    ///
    /// @param setting what is set
    /// @return the value, within range
    /// @throws IllegalArgumentException saying what is wrong
    public T parse(Setting setting) {
        return form.check(form.read(setting, type == String.class));
    }

    /// Reads a value as an operator writes it. Blanks around it count in a [#text] alone.
    ///
    /// @param text the value alone, without its key
    /// @return the value, within range
    /// @throws IllegalArgumentException saying what is wrong, such as `99 is below the least, 1024 bytes`
    public T parse(String text) {
        return form.check(form.read(type == String.class ? text : text.strip()));
    }

    /// Writes a value as [#parse] reads it, in the largest unit that is exact.
    ///
    /// @param value a value of this option
    /// @return the text
    public String format(T value) {
        return form.write(value);
    }

    /// Accepts a value from code.
    ///
    /// @param value a candidate
    /// @return the same
    /// @throws IllegalArgumentException if it is out of range
    T check(T value) {
        return form.check(value);
    }

    /// Where it stands in the file.
    ///
    /// @return lower_snake words joined by dots
    public String key() {
        return key;
    }

    /// The class of its values.
    ///
    /// @return never a primitive
    public Class<T> type() {
        return type;
    }

    /// What holds when the key is not given.
    ///
    /// @return within range
    public T defaultValue() {
        return defaultValue;
    }

    /// What a number of it counts.
    ///
    /// @return plural, such as `bytes`; empty if there is none
    public String unit() {
        return form.unit();
    }

    /// The values allowed, in words, such as `1 to 65535`.
    ///
    /// @return empty if any value is
    public String range() {
        return form.range();
    }

    /// What it is for.
    ///
    /// @return one or two sentences
    public String meaning() {
        return meaning;
    }

    @Override
    public String toString() {
        return key;
    }
}
