package io.tern.bench;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/// One line of JSON.
final class Report {

    private final StringBuilder json = new StringBuilder("{");

    Report(String scenario) {
        text("scenario", scenario);
    }

    Report text(String key, String value) {
        return raw(key, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    Report number(String key, long value) {
        return raw(key, Long.toString(value));
    }

    Report number(String key, double value) {
        return raw(key, Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null");
    }

    /// Percentiles, in microseconds.
    Report latency(String prefix, Histogram nanos) {
        number(prefix + "P50Micros", nanos.getValueAtPercentile(50) / 1e3);
        number(prefix + "P99Micros", nanos.getValueAtPercentile(99) / 1e3);
        number(prefix + "P999Micros", nanos.getValueAtPercentile(99.9) / 1e3);
        return number(prefix + "MaxMicros", nanos.getMaxValue() / 1e3);
    }

    private Report raw(String key, String value) {
        if (json.length() > 1) {
            json.append(',');
        }
        json.append('"').append(key).append("\":").append(value);
        return this;
    }

    @Override
    public String toString() {
        return json + "}";
    }
}
