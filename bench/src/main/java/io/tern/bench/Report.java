package io.tern.bench;

import io.tern.json.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// The figures of one run, in the order in which they were told.
final class Report {

    /// What a figure is measured in, by what its name has in it.
    private static final String[][] UNITS = {
        {"PerSecond", "a second"}, {"Micros", "us"}, {"Millis", "ms"}, {"Seconds", "s"}, {"Bytes", "bytes"},
        {"Cores", "cores"}
    };

    private final Map<String, String> figures = new LinkedHashMap<>();
    private final String scenario;

    Report(String scenario) {
        this.scenario = scenario;
    }

    Report number(String key, long value) {
        figures.put(key, Long.toString(value));
        return this;
    }

    /// @param value told as null if it isn't finite, which is to say unknown
    Report number(String key, double value) {
        figures.put(key, Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null");
        return this;
    }

    /// Percentiles, in microseconds.
    Report latency(String prefix, Histogram nanos) {
        number(prefix + "P50Micros", nanos.getValueAtPercentile(50) / 1e3);
        number(prefix + "P99Micros", nanos.getValueAtPercentile(99) / 1e3);
        number(prefix + "P999Micros", nanos.getValueAtPercentile(99.9) / 1e3);
        return number(prefix + "MaxMicros", nanos.getMaxValue() / 1e3);
    }

    /// One line.
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("scenario", scenario);
        figures.forEach((key, value) -> all.put(key, value.equals("null") ? null : new BigDecimal(value)));
        return Json.text(all);
    }

    /// A line for each figure, with its unit.
    String lines() {
        StringBuilder lines = new StringBuilder(scenario);
        figures.forEach((key, value) -> lines.append(
                String.format(Locale.ROOT, "%n  %-28s %s", key, value.equals("null") ? "unknown" : value + unit(key))));
        return lines.toString();
    }

    private static String unit(String key) {
        for (String[] unit : UNITS) {
            if (key.contains(unit[0]) || key.startsWith(unit[0].toLowerCase(Locale.ROOT))) {
                return " " + unit[1];
            }
        }
        return "";
    }
}
