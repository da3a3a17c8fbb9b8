package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.cli.Cli;
import io.tern.cli.Streams;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `tern probe` against a whole server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProbeTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Server server;

    @BeforeAll
    void start(@TempDir Path dataDir) throws Exception {
        server = Server.start(Options.builder()
                .with(ServerOptions.MQTT_PORT, 0)
                .with(ServerOptions.WS_PORT, 0)
                .with(ServerOptions.DATA_DIR, dataDir.toString())
                .build());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private int probe(String... flags) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        CommandLine probe = Cli.commands(new Streams(InputStream.nullInputStream(), print, print))
                .get("probe")
                .get();
        return probe.execute(flags);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void says_what_the_broker_can_do() {
        assertThat(probe("127.0.0.1:" + server.port())).isZero();
        assertThat(said()).containsPattern("versions +3.1, 3.1.1, 5.0")
                .containsPattern("receive maximum +1,024")
                .containsPattern("maximum packet size +2,097,152")
                .containsPattern("shared subscriptions +yes")
                .containsPattern("topic aliases towards clients +yes")
                .containsPattern("sessions are resumed +yes")
                .containsPattern("largest payload tried with success +1,048,576")
                .containsPattern("longest topic tried with success +65,535")
                .containsPattern("deepest topic tried with success +1,024");
    }

    @Test
    void says_it_in_JSON_over_WebSocket() {
        assertThat(probe("--transport", "ws", "--json", "127.0.0.1:" + server.wsPort())).isZero();
        assertThat(said()).startsWith("{").contains("\"maximum_QoS\":2").contains("\"retained_messages\":true");
    }

    @Test
    void runs_the_cases_of_one_statement() {
        assertThat(probe("--conformance", "--only", "MQTT-3.12.4-1", "127.0.0.1:" + server.port())).isZero();
        assertThat(said()).contains("5.0 MQTT-3.12.4-1").contains("2 of 2 statements hold").doesNotContain("FAILED");
    }

    @Test
    void says_what_it_could_not_understand_or_reach() {
        assertThat(probe("nowhere:x")).isEqualTo(2);
        assertThat(probe("--only", "MQTT-9.9.9-9", "127.0.0.1:1")).isEqualTo(2);
        assertThat(probe("127.0.0.1:1")).isEqualTo(1);
        assertThat(said()).contains("Error:");
    }
}
