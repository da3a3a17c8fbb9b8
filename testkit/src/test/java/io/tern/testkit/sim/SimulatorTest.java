package io.tern.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the simulator: 300 seeds each time, `-Dsim.seeds` of them (default 100,000) with `-Dtern.full=true`, or the one
/// that `-Dsim.seed` names.
class SimulatorTest {

    private static final int SEEDS = 300;
    private static final int SEEDS_FULL = 100_000;
    private static final int FORKED_FROM = 500;
    private static final int FORKED_SEEDS = 20;

    @Test
    void the_broker_keeps_its_promises() {
        Long only = Long.getLong("sim.seed");
        if (only != null) {
            System.out.println(Simulation.run(only));
            return;
        }
        boolean full = Boolean.getBoolean("tern.full");
        int seeds = full ? Integer.getInteger("sim.seeds", SEEDS_FULL) : SEEDS;
        long from = Long.getLong("sim.from", 1);
        long start = System.nanoTime();
        long steps = 0;
        for (long seed = from; seed < from + seeds; seed++) {
            steps += Simulation.run(seed).steps();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d seeds, %d steps, %.1f seeds/s%n", seeds, steps, seeds / seconds);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 40, 41, 42, 1_000_003})
    void the_same_seed_does_the_same_again(long seed) {
        assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
    }

    /// With other identity hashes there, and another order in sets and maps that have none.
    @Test
    void a_seed_does_the_same_in_another_process() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=0",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TraceHashes.class.getName(),
                        "" + FORKED_FROM,
                        "" + FORKED_SEEDS)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // What the brokers log there is on the same stream.
        String outcomes = there.lines()
                .filter(line -> line.startsWith("Outcome["))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        assertThat(outcomes).isEqualTo(TraceHashes.of(FORKED_FROM, FORKED_SEEDS));
    }

    @Test
    void another_seed_does_something_else() {
        assertThat(Simulation.run(1).traceHash()).isNotEqualTo(Simulation.run(2).traceHash());
    }
}
