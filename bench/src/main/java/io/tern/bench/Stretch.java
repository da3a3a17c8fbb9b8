package io.tern.bench;

import java.io.IOException;

/// A stretch of a run, measured: how long it took, and what it cost the broker and us.
final class Stretch {

    static final Flag SECONDS = new Flag("seconds", 10, 1, 3600, "How long it is measured.");
    static final Flag WARMUP = new Flag("warmup", 5, 0, 600, "Seconds before that.");

    private final Target target;
    private final long startNanos = System.nanoTime();
    private final long brokerBefore;
    private final long ownBefore;
    private double seconds;
    private double brokerMicros;
    private double ownMicros;

    /// Begins it.
    Stretch(Target target) throws IOException {
        this.target = target;
        brokerBefore = target.process().cpuMicros();
        ownBefore = BrokerProcess.self().cpuMicros();
    }

    /// Ends it, as far as it isn't ended.
    Stretch end() throws IOException {
        if (seconds == 0) {
            seconds = (System.nanoTime() - startNanos) / 1e9;
            brokerMicros = target.process().pid() == 0
                    ? Double.NaN
                    : target.process().cpuMicros() - brokerBefore;
            ownMicros = BrokerProcess.self().cpuMicros() - ownBefore;
        }
        return this;
    }

    double seconds() {
        return seconds;
    }

    /// NaN if the broker's process isn't known.
    double brokerMicros() {
        return brokerMicros;
    }

    double ownMicros() {
        return ownMicros;
    }

    /// Tells what it cost for each of so many.
    ///
    /// @param many name of what was done, in the plural and capitalized, e.g. `Connects`
    /// @param one the same in the singular
    Report into(Report report, String many, String one, double count) {
        return report.number(uncapitalized(many) + "PerSecond", count / seconds)
                .number("brokerMicrosPer" + one, brokerMicros / count)
                .number("generatorMicrosPer" + one, ownMicros / count);
    }

    private static String uncapitalized(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
