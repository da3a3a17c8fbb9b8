package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.cli.Cli;
import io.tern.cli.Streams;
import io.tern.cli.UsageErrors;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// `tern bench` against a whole server: every scenario, briefly, and no message is lost, repeated or out of order.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class BenchTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
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

    private int bench(String... flags) {
        out.reset();
        err.reset();
        Streams streams = new Streams(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        CommandLine bench = Cli.commands(streams)
                .get("bench")
                .get();
        bench.setErr(new PrintWriter(streams.err(), true));
        bench.setOut(new PrintWriter(streams.out(), true));
        bench.setParameterExceptionHandler(new UsageErrors());
        return bench.execute(flags);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fanout --subscribers 5 --qos 1 --warmup 0 --seconds 1",
                "pairs --pairs 3 --qos 2 --rate 300 --warmup 0 --seconds 1 --version 5",
                "fanin --publishers 5 --qos 0 --warmup 0 --seconds 1 --version 3.1",
                "shared --publishers 3 --subscribers 2 --qos 1 --warmup 0 --seconds 1",
                "overload --subscribers 2 --qos 0 --warmup 0 --seconds 1",
                "retained --topics 500 --subscribers 3 --rounds 2 --qos 1",
                "offline --subscribers 3 --messages 200 --rounds 2 --qos 2",
                "offline --subscribers 3 --messages 200 --rounds 2 --qos 1 --version 5",
                "filters --filters 1000 --clients 7 --qos 1 --warmup 0 --seconds 1",
            })
    void every_message_comes_once_and_in_order(String flags) {
        List<String> args = new ArrayList<>(List.of(flags.split(" ")));
        args.addAll(List.of("--json", "--port", Integer.toString(server.port())));
        assertThat(bench(args.toArray(String[]::new))).as(err::toString).isZero();
        assertThat(said())
                .startsWith("{\"scenario\":\"" + args.getFirst() + "\"")
                .contains("\"lost\":0,\"duplicated\":0")
                .doesNotContainPattern("\"outOfOrder\":[1-9]")
                .containsPattern("\"deliveriesPerSecond\":[1-9]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect --connects 50 --rounds 2", "idle --connections 50 --hold 0"})
    void connections_are_measured(String flags) {
        List<String> args = new ArrayList<>(List.of(flags.split(" ")));
        args.addAll(List.of("--port", Integer.toString(server.port())));
        assertThat(bench(args.toArray(String[]::new))).as(err::toString).isZero();
        assertThat(said()).containsPattern("brokerMicrosPerConnect +[0-9.]+ us");
    }

    @Test
    void what_is_wrong_with_the_arguments_is_said() {
        assertThat(bench("nothing")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("Unmatched argument at index 0: 'nothing'");
        assertThat(bench("pair")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Did you mean pairs?");
        assertThat(bench("pairs", "--qos", "3")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("tern bench: --qos 3 is not in 0 to 2");
        assertThat(bench("pairs", "--rounds", "3")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("Unknown options: '--rounds'");
        assertThat(bench("pairs", "--qos", "x")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("'--qos'").contains("'x' is not an int");
        assertThat(bench()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("tern bench: a scenario is needed");
        assertThat(bench("startup")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("behind --");
        assertThat(bench("--help")).isZero();
        assertThat(said()).contains("filters");
        assertThat(bench("pairs", "--help")).isZero();
        assertThat(said()).contains("--rate=N").contains("--pairs=N").contains("Default: 50");
    }

    @Test
    void a_broker_that_is_not_there_is_said_to_be_missing() throws IOException {
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = nobody.getLocalPort();
            assertThat(bench("pairs", "--port", String.valueOf(port))).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("tern bench: nothing listens on"
                    + " 127.0.0.1:" + port + "; start a broker there, or say where it is with --port");
            assertThat(bench("pairs", "--host", "no.such.host.invalid")).isEqualTo(2);
        }
    }
}
