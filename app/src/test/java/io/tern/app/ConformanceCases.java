package io.tern.app;

import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.cli.conformance.ConformanceCase;
import io.tern.cli.conformance.Outcome;
import io.tern.wire.MqttVersion;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Makes a test of each case in each of its versions.
final class ConformanceCases {

    private ConformanceCases() {}

    static Stream<DynamicTest> tests(
            List<ConformanceCase> cases, BiFunction<ConformanceCase, MqttVersion, Outcome> run) {
        return cases.stream().flatMap(of -> of.versions().stream()
                .map(version -> DynamicTest.dynamicTest(of + " [" + version + "]", () -> {
                    Outcome outcome = run.apply(of, version);
                    if (!outcome.passed()) {
                        throw new AssertionError(outcome.toString());
                    }
                })));
    }

    /// @return the settings that a case needs
    static Options options(ConformanceCase of) {
        Options.Builder options = Options.builder();
        for (Map.Entry<String, String> each : of.options().entrySet()) {
            if (!each.getKey().equals("auth")) {
                Option<?> option = ServerOptions.all().stream()
                        .filter(known -> known.key().equals(each.getKey()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no option " + each.getKey()));
                options.parse(option, each.getValue());
            }
        }
        return options.build();
    }

    /// @return whether a case can run against a broker with default settings, over a network without long waits
    static boolean ordinary(ConformanceCase of) {
        return of.options().isEmpty() && !of.waits();
    }
}
