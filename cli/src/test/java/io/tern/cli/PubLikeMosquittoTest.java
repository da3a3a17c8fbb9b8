package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.client.MqttClient;
import io.tern.wire.Publish;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The same command line for `mosquitto_pub` and `tern pub`: the same messages arrive, and output and exit code are
/// the same.
@Timeout(240)
class PubLikeMosquittoTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static Mosquitto mosquitto;
    private static Mosquitto strict;
    private static MqttClient watcher;

    /// All that one run caused.
    private record Effect(List<String> messages, Run run) { }

    @BeforeAll
    static void start() throws Exception {
        mosquitto = Mosquitto.start("allow_anonymous true");
        strict = Mosquitto.start("allow_anonymous false");
        watcher = MqttClient.builder().host("127.0.0.1").port(Integer.parseInt(mosquitto.port())).build();
        watcher.connect();
        watcher.subscribe("p/#", 2);
        Files.write(folder.resolve("file"), new byte[] {'f', 0, (byte) 0xFF, '\n'});
        Files.write(folder.resolve("empty"), new byte[0]);
    }

    @AfterAll
    static void stop() throws Exception {
        if (mosquitto != null) {
            watcher.close();
            mosquitto.close();
            strict.close();
        }
    }

    private static Effect observe(Function<List<String>, Run> tool, List<String> args) throws Exception {
        Run run = tool.apply(args).comparable();
        watcher.publish("p/end", new byte[0], 2, false);
        List<String> messages = new ArrayList<>();
        for (Publish p = watcher.receive(LONG); !p.topic().value().equals("p/end"); p = watcher.receive(LONG)) {
            messages.add(p.topic().value() + " q" + p.qos() + " " + HexFormat.of().formatHex(p.payload()) + " "
                    + p.properties());
        }
        return new Effect(messages, run);
    }

    private static DynamicTest sameAt(Mosquitto broker, String stdin, boolean sorted, String... flags) {
        return DynamicTest.dynamicTest("pub " + String.join(" ", flags), () -> {
            byte[] input = stdin.getBytes(StandardCharsets.ISO_8859_1);
            List<String> args = new ArrayList<>(List.of("pub", "-p", broker.port(), "-h", "127.0.0.1"));
            args.addAll(List.of(flags));
            Effect theirs = observe(all -> mosquittoPub(input, all), args);
            Effect ours = observe(all -> Run.ofTern(input, all), args);
            assertThat(ours.messages).isEqualTo(theirs.messages);
            assertThat(sorted ? ours.run.withSortedLines() : ours.run)
                    .isEqualTo(sorted ? theirs.run.withSortedLines() : theirs.run);
        });
    }

    private static Run mosquittoPub(byte[] stdin, List<String> args) {
        try {
            return Run.ofMosquitto(stdin, args);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DynamicTest same(String... flags) {
        return sameAt(mosquitto, "", false, flags);
    }

    private static DynamicTest debugged(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("-d");
        return sameAt(mosquitto, "", true, all.toArray(String[]::new));
    }

    private static DynamicTest fed(String stdin, String... flags) {
        return sameAt(mosquitto, stdin, false, flags);
    }

    @TestFactory
    Stream<DynamicTest> messages() {
        return Stream.of(
                same("-t", "p/1", "-m", "Hello MQTT!"),
                same("-t", "p/1", "-m", ""),
                same("-t", "p/1", "-n"),
                same("-t", "p/gr\u00FC\u00DFe", "-m", "\u20AC \uD83D\uDE00"),
                same("-t", "p/1", "-m", "-x", "-q", "1"),
                same("-t", "p/1", "-m", "@file"),
                same("-t", "p/1", "-m", "x", "-q", "2", "-V", "mqttv31"),
                same("-t", "p/1", "-m", "x", "-q", "2", "-V", "5"),
                same("-t", "p/1", "-t", "p/2", "-m", "last topic wins"),
                same("-t", "p/1", "-f", folder.resolve("file").toString()),
                same("-t", "p/1", "-f", folder.resolve("empty").toString(), "-q", "1"),
                same("-t", "p/1", "-m", "again", "--repeat", "3", "-q", "1"),
                same("-t", "p/1", "-n", "--repeat", "3", "--repeat-delay", "0.05"),
                same("--topic", "p/1", "--message", "x", "--qos", "1", "--id", "foo", "--keepalive", "30",
                        "--username", "a", "--pw", "b", "--nodelay", "--disable-clean-session"),
                same("-L", "mqtt://u:p@127.0.0.1:" + mosquitto.port() + "/p/url", "-m", "x"),
                same("-t", "p/1", "-m", "x", "-A", "127.0.0.1", "-M", "5", "-k", "5", "-q", "1"),
                fed("line1\r\nline2\n\nlast", "-t", "p/l", "-l"),
                fed("\n", "-t", "p/l", "-l", "-q", "1"),
                fed("", "-t", "p/l", "-l", "-q", "2"),
                fed("x\ny\n", "-t", "p/l", "-l", "--repeat", "2"),
                fed("1\n".repeat(500), "-t", "p/l", "-l", "-q", "1"),
                fed("all\n\0\u00FF", "-t", "p/s", "-s", "-q", "2"),
                fed("", "-t", "p/s", "-s"));
    }

    @TestFactory
    Stream<DynamicTest> properties() {
        return Stream.of(
                same("-t", "p/1", "-m", "x", "-D", "publish", "content-type", "text/plain", "-D", "publish",
                        "correlation-data", "c0rr", "-D", "publish", "payload-format-indicator", "1", "-D", "publish",
                        "response-topic", "re/sp", "-D", "publish", "user-property", "k1", "v1", "-D", "PUBLISH",
                        "User-Property", "k1", "-v2"),
                same("-t", "p/1", "-m", "x", "-V", "311", "-D", "publish", "content-type", "foo"),
                same("-t", "p/1", "-m", "x", "-q", "1", "-D", "publish", "topic-alias", "3", "--repeat", "2"),
                same("-t", "p/1", "-m", "x", "-D", "connect", "session-expiry-interval", "5", "-D", "connect",
                        "receive-maximum", "5", "-D", "connect", "user-property", "a", "b", "-D", "disconnect",
                        "user-property", "a", "b", "-D", "connect", "authentication-data", "foo"),
                same("-t", "p/1", "-m", "x", "-D", "connect", "authentication-method", "foo"),
                same("-t", "p/1", "-m", "x", "-D", "will", "will-delay-interval", "5", "--will-topic", "w"));
    }

    @TestFactory
    Stream<DynamicTest> what_debug_says() {
        return Stream.of(
                debugged("-t", "p/1", "-m", "x"),
                debugged("-t", "p/1", "-m", "x", "--repeat", "3"),
                debugged("-t", "p/1", "-m", "x", "-q", "1", "-V", "5"),
                debugged("-t", "p/1", "-m", "x", "-q", "2", "-i", "me"),
                debugged("-t", "p/1", "-m", "x", "-V", "31"),
                debugged("-t", "p/1", "-m", "x", "-q", "2", "-V", "5", "-x", "10"));
    }

    @TestFactory
    Stream<DynamicTest> failures() {
        return Stream.of(
                sameAt(strict, "", false, "-t", "p/1", "-m", "x"),
                sameAt(strict, "", false, "-t", "p/1", "-m", "x", "-V", "31"),
                sameAt(strict, "", false, "-t", "p/1", "-m", "x", "-V", "5"),
                sameAt(strict, "", false, "-t", "p/1", "-m", "x", "-V", "5", "--quiet"),
                sameAt(strict, "", true, "-t", "p/1", "-m", "x", "-u", "who", "-P", "pw", "-d"),
                same("-t", "$SYS/x", "-m", "x", "-q", "1", "-V", "5"),
                same("-t", "$SYS/x", "-m", "x", "-q", "2", "-V", "5", "--repeat", "2"),
                same("-t", "p/1", "-m", "x", "-p", "1"),
                same("-t", "p/1", "-m", "x", "-p", "1", "--quiet"),
                same("-t", "p/1", "-m", "x", "-h", "no-such-host.invalid"),
                same("-t", "p/1", "-m", "x", "-A", "1.2.3.4"),
                same("-t", "p/1", "-f", "/nonexistent"),
                same("-t", "p/1", "-m", "a", "-n"),
                same("-t", "p/1", "-m", "a", "-l"),
                same("-t", "p/#", "-m", "a"),
                same("-t", "p/1", "-m", "a", "-q", "3"),
                same("-t", "p/1", "-m", "a", "-k", "4"),
                same("-t", "p/1", "-m", "a", "-M", "0"),
                same("-t", "p/1", "-m", "a", "--repeat", "0"),
                same("-t", "p/1", "-m", "a", "--repeat-delay", "-1"),
                same("-t", "p/1", "-m", "a", "-c"),
                same("-t", "p/1", "-m", "a", "-x", "-1", "-V", "5"),
                same("-t", "p/1", "-m", "a", "-D", "publish", "message-expiry-interval", "99999999999"),
                same("-t", "p/1", "-m", "a", "-D", "publish", "content-type", "a", "-D", "publish", "content-type",
                        "b"));
    }
}
