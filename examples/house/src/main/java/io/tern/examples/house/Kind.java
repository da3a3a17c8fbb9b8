package io.tern.examples.house;

import java.util.Locale;
import java.util.random.RandomGenerator;

/// What a sensor measures, and what a lost or repeated reading would cost: that decides its QoS.
enum Kind {
    /// The heating is controlled by it: none may be lost, a repeat does no harm.
    TEMPERATURE(1),
    /// The next reading comes in a second anyway.
    HUMIDITY(0),
    /// An alarm counts openings: none lost, none twice.
    WINDOW(2),
    /// Energy is paid for: none lost, none twice.
    POWER(2),
    /// Switches the light: none may be lost, a repeat does no harm.
    MOTION(1);

    private final int qos;

    Kind(int qos) {
        this.qos = qos;
    }

    int qos() {
        return qos;
    }

    /// The last level of its topics.
    String level() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// A new reading.
    ///
    /// @return a JSON value
    String measure(RandomGenerator random) {
        return switch (this) {
            case TEMPERATURE -> decimal(random.nextDouble(17, 25));
            case HUMIDITY -> decimal(random.nextDouble(30, 60));
            case WINDOW -> random.nextInt(10) == 0 ? "\"open\"" : "\"closed\"";
            case POWER -> decimal(random.nextDouble(0, 2_000));
            case MOTION -> Boolean.toString(random.nextBoolean());
        };
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
