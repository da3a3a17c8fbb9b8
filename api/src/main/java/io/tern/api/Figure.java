package io.tern.api;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/// A number about the running server that can be read at any time, or a family of such numbers that a label tells
/// apart. Each room declares its own; whoever shows them reads them all in the same way.
///
/// Names are lower_snake, begin with `tern_` and end with their unit (`_bytes`, `_seconds`), counters then with
/// `_total`. A reading may be a moment old, and is made by adding up what the threads of the server count each for
/// itself; so it may be asked for on any thread, and costs nobody anything until then.
///
/// @param name what it is called everywhere
/// @param kind how it moves
/// @param meaning one sentence for who sees it
/// @param label what tells the numbers of a family apart; empty if there is one number only
/// @param readings the numbers, by the label's value; by the empty text if there is one only
public record Figure(String name, Kind kind, String meaning, String label, Map<String, DoubleSupplier> readings) {

    private static final Pattern NAME = Pattern.compile("tern(_[a-z0-9]+)+");
    private static final Pattern LABEL = Pattern.compile("[a-z]+|");

    /// How a figure moves.
    public enum Kind {
        /// Only grows, from 0 at the start of the process.
        COUNTER,
        /// Goes up and down.
        GAUGE
    }

    /// Checks what is declared.
    ///
    /// @throws IllegalArgumentException if a name breaks the rules above: our bug
    public Figure {
        if (!NAME.matcher(name).matches() || name.endsWith("_total") != (kind == Kind.COUNTER)) {
            throw new IllegalArgumentException("no name of a " + kind + ": " + name);
        }
        if (!LABEL.matcher(label).matches() || label.isEmpty() && !readings.keySet().equals(Set.of(""))) {
            throw new IllegalArgumentException("labels of " + name);
        }
        Objects.requireNonNull(meaning);
        readings = Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    }

    /// A number that only grows.
    ///
    /// @param name ends with `_total`
    /// @param meaning one sentence
    /// @param reading any thread; must not block
    /// @return the figure
    public static Figure counter(String name, String meaning, DoubleSupplier reading) {
        return new Figure(name, Kind.COUNTER, meaning, "", Map.of("", reading));
    }

    /// Numbers that only grow.
    ///
    /// @param name ends with `_total`
    /// @param meaning one sentence
    /// @param label what tells them apart
    /// @param readings by the label's values, in the order to be shown in
    /// @return the figure
    public static Figure counter(String name, String meaning, String label, Map<String, DoubleSupplier> readings) {
        return new Figure(name, Kind.COUNTER, meaning, label, readings);
    }

    /// A number that goes up and down.
    ///
    /// @param name doesn't end with `_total`
    /// @param meaning one sentence
    /// @param reading any thread; must not block
    /// @return the figure
    public static Figure gauge(String name, String meaning, DoubleSupplier reading) {
        return new Figure(name, Kind.GAUGE, meaning, "", Map.of("", reading));
    }

    /// Numbers that go up and down.
    ///
    /// @param name doesn't end with `_total`
    /// @param meaning one sentence
    /// @param label what tells them apart
    /// @param readings by the label's values, in the order to be shown in
    /// @return the figure
    public static Figure gauge(String name, String meaning, String label, Map<String, DoubleSupplier> readings) {
        return new Figure(name, Kind.GAUGE, meaning, label, readings);
    }

    /// Its number now.
    ///
    /// @return the sum of all of a family
    public double read() {
        return readings.values().stream().mapToDouble(DoubleSupplier::getAsDouble).sum();
    }

    /// A number now.
    ///
    /// @param value of the label
    /// @return 0 if the family has no such member
    public double read(String value) {
        DoubleSupplier reading = readings.get(value);
        return reading == null ? 0 : reading.getAsDouble();
    }

    /// The values of the label there are.
    ///
    /// @return in the order to be shown in
    public List<String> values() {
        return List.copyOf(readings.keySet());
    }

    /// Writes a number without an exponent or needless digits, as all who show figures do.
    ///
    /// @param number any
    /// @return such as `12` or `0.25`; `NaN` if it isn't finite
    public static String text(double number) {
        return Double.isFinite(number)
                ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                : "NaN";
    }
}
