package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.cli.Cli;
import io.tern.cli.Streams;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// A broker with 256 MB of heap, and clients that read nothing while somebody publishes as fast as it can: the broker
/// lives, and the others get everything. `bench/compare` does it for a minute.
@Timeout(120)
class OverloadTest {

    private static final Pattern LISTENS = Pattern.compile("  MQTT  .*:([0-9]+)");

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void who_reads_nothing_harms_nobody_else(int qos, @TempDir Path dataDir) throws Exception {
        Process broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.tern.app.Main",
                        "broker",
                        "--port=0",
                        "--ws-port=0",
                        "--data=" + dataDir)
                .redirectError(new File(dataDir.toFile(), "err"))
                .start();
        try (BufferedReader said = broker.inputReader(StandardCharsets.UTF_8)) {
            String port = port(said);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            // 300 MB and more would lie in the queues of those who read nothing, if there were no bound.
            assertThat(bench(out, "overload", "--qos", "" + qos, "--payload", "20000", "--subscribers", "2",
                            "--deaf", "3", "--warmup", "0", "--seconds", "3", "--json", "--port", port))
                    .as(out::toString)
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    // At QoS 0 a reader that gets no processor for a moment may miss some, as was asked for.
                    .containsPattern("\"lost\":" + (qos == 0 ? "[0-9]+" : "0") + ",\"duplicated\":0,\"outOfOrder\":0")
                    .containsPattern("\"deliveriesPerSecond\":[1-9]")
                    .containsPattern("\"connectMillisAfterwards\":[0-9]");
            assertThat(broker.isAlive()).isTrue();
        } finally {
            broker.destroy();
            if (!broker.waitFor(20, TimeUnit.SECONDS)) {
                broker.destroyForcibly().waitFor();
            }
        }
    }

    private static String port(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.matches()) {
                return listens.group(1);
            }
        }
        throw new AssertionError("the broker did not start");
    }

    private static int bench(ByteArrayOutputStream out, String... flags) {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        CommandLine bench = Cli.commands(new Streams(InputStream.nullInputStream(), print, print))
                .get("bench")
                .get();
        return bench.execute(flags);
    }
}
