package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.cli.conformance.Runner;
import io.tern.cli.conformance.Script;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// All conformance scripts against the broker's rooms alone: no socket, no thread, time by hand.
class ConformanceMemoryTest {

    private final MemoryPeer shared = new MemoryPeer(Options.DEFAULTS);
    private final Runner runner = new Runner(shared, "m");

    @TestFactory
    Stream<DynamicTest> a_case_holds() {
        return ConformanceCases.tests(
                Script.all(), (of, version) -> {
                    MemoryPeer peer = of.options().isEmpty() ? shared : new MemoryPeer(ConformanceCases.options(of));
                    Runner with = of.options().isEmpty() ? runner : new Runner(peer, "w");
                    long bugsBefore = peer.bugs();
                    var outcome = with.run(of, version);
                    assertThat(peer.bugs()).as("bugs of the broker's own").isEqualTo(bugsBefore);
                    return outcome;
                });
    }
}
