package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(MethodNames.class)
final class ChildTest {

    private static final int ASKED_AT_REST = 4;
    private static final String PROGRAM = "trap 'exit 3' TERM; for ((i = 0; i < 300000; i++)); do :; done;"
            + " trap 'exit " + ASKED_AT_REST + "' TERM; read -t 30; exit 5";

    @Test
    void a_program_is_asked_to_end_when_it_waits_and_no_earlier() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "left out: bash");
        assumeTrue(!Tools.WAITING_CALLS.isEmpty(), "left out: known on Linux alone, for x86-64 and aarch64");
        List<String> command = List.of("/bin/bash", "-c", PROGRAM);
        try (Child child = new Child("a program", command, Map.of(), 60, line -> { })) {
            child.endAtRest();
            assertThat(child.awaitEnd()).isEqualTo(ASKED_AT_REST);
        }
    }
}
