package io.tern.app;

import io.tern.api.Options;
import io.tern.cli.conformance.ConformanceCase;
import io.tern.cli.conformance.Runner;
import io.tern.cli.conformance.Script;
import io.tern.cli.conformance.TcpPeer;
import io.tern.cli.conformance.WebSocketPeer;
import io.tern.transport.ListenException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The conformance scripts against whole servers, over TCP and WebSocket. Those that need other settings get a server
/// of their own; those, and the ones that wait for time to pass, run over TCP alone.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceNetworkTest {

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

    private static List<ConformanceCase> cases() {
        return Script.all().stream().filter(ConformanceCases::ordinary).toList();
    }

    @TestFactory
    Stream<DynamicTest> a_case_that_needs_settings_holds_over_TCP(@TempDir Path dataDir) {
        List<ConformanceCase> cases =
                Script.all().stream().filter(of -> !of.options().isEmpty()).toList();
        return ConformanceCases.tests(cases, (of, version) -> {
            Options options = ConformanceCases.options(of)
                    .with(ServerOptions.MQTT_PORT, 0)
                    .with(ServerOptions.WS_PORT, 0)
                    .with(ServerOptions.DATA_DIR, dataDir.toString());
            try (Server own = Server.start(options, MemoryPeer.doorkeeper(), MemoryPeer.chain())) {
                return new Runner(new TcpPeer("127.0.0.1", own.port()), "s").run(of, version);
            } catch (IOException | ListenException e) {
                throw new AssertionError(e);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> a_case_that_waits_holds_over_TCP() {
        List<ConformanceCase> cases = Script.all().stream()
                .filter(of -> of.options().isEmpty() && of.waits())
                .toList();
        Runner runner = new Runner(new TcpPeer("127.0.0.1", server.port()), "p");
        return ConformanceCases.tests(cases, runner::run);
    }

    @TestFactory
    Stream<DynamicTest> a_case_holds_over_TCP() {
        Runner runner = new Runner(new TcpPeer("127.0.0.1", server.port()), "t");
        return ConformanceCases.tests(cases(), runner::run);
    }

    @TestFactory
    Stream<DynamicTest> a_case_holds_over_WebSocket() {
        WebSocketPeer peer = new WebSocketPeer(URI.create("ws://127.0.0.1:" + server.wsPort() + "/mqtt"));
        Runner runner = new Runner(peer, "w");
        return ConformanceCases.tests(cases(), runner::run).onClose(peer::close);
    }
}
