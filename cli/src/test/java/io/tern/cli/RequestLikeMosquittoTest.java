package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.client.MqttClient;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The same command line for `mosquitto_rr` and `tern request`, against a responder: the same request reaches it, and
/// output and exit code are the same.
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(240)
class RequestLikeMosquittoTest {

    @TempDir
    private static Path folder;

    private static Mosquitto mosquitto;
    private static Mosquitto strict;
    private static MqttClient responder;
    private static final Queue<String> REQUESTS = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        Path acl = Files.writeString(folder.resolve("acl"), "topic readwrite #\ntopic deny no/#\n");
        mosquitto = Mosquitto.start("allow_anonymous true", "user root", "acl_file " + acl);
        strict = Mosquitto.start("allow_anonymous false");
        Files.write(folder.resolve("file"), new byte[] {'f', 0, (byte) 0xFF, '\n'});
        responder = MqttClient.builder().host("127.0.0.1").port(Integer.parseInt(mosquitto.port()))
                .onMessage(RequestLikeMosquittoTest::answer).build();
        responder.connect();
        responder.subscribe("req/#", 2);
        responder.publish("re/kept", "stale".getBytes(StandardCharsets.US_ASCII), 1, true);
    }

    @AfterAll
    static void stop() throws Exception {
        if (mosquitto != null) {
            responder.close();
            mosquitto.close();
            strict.close();
        }
    }

    /// Where 3.x can't say where to, it is agreed on.
    private static void answer(Publish request) throws Exception {
        Properties asked = request.properties();
        REQUESTS.add(request.topic().value() + " q" + request.qos() + " "
                + new String(request.payload(), StandardCharsets.ISO_8859_1) + " " + asked);
        String to = asked.has(Property.RESPONSE_TOPIC) ? asked.string(Property.RESPONSE_TOPIC) : "re/agreed";
        Properties.Builder answer = Properties.builder().with(Property.CONTENT_TYPE, "text/plain");
        byte[] correlation = asked.binary(Property.CORRELATION_DATA);
        byte[] text = ("answer to " + new String(request.payload(), StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
        if (request.topic().value().equals("req/both")) {
            Properties others = Properties.builder().with(Property.CORRELATION_DATA, new byte[] {1}).build();
            responder.publishAsync(to, new byte[] {'o'}, 1, false, others);
        }
        if (correlation != null) {
            answer.with(Property.CORRELATION_DATA, correlation);
        }
        responder.publishAsync(to, text, request.qos(), false, answer.build());
    }

    private static DynamicTest sameAt(Mosquitto broker, String stdin, String... flags) {
        return DynamicTest.dynamicTest("request " + String.join(" ", flags), () -> {
            byte[] input = stdin.getBytes(StandardCharsets.ISO_8859_1);
            List<String> args = Stream.concat(
                    Stream.of("request", "-p", broker.port(), "-h", "127.0.0.1"), Stream.of(flags)).toList();
            REQUESTS.clear();
            Run theirs = Run.ofMosquitto(input, args).comparable();
            List<String> theirRequests = List.copyOf(REQUESTS);
            REQUESTS.clear();
            assertThat(Run.ofTern(input, args).comparable()).isEqualTo(theirs);
            assertThat(List.copyOf(REQUESTS)).isEqualTo(theirRequests);
        });
    }

    private static DynamicTest same(String... flags) {
        return sameAt(mosquitto, "", flags);
    }

    @TestFactory
    Stream<DynamicTest> requests() {
        return Stream.of(
                same("-t", "req/1", "-e", "re/1", "-m", "Hello"),
                same("-t", "req/1", "-e", "re/1", "-m", "Hello", "-q", "1", "-v"),
                same("-t", "req/1", "-e", "re/1", "-m", "Hello", "-q", "2", "-N"),
                same("-t", "req/1", "-e", "re/1", "-n"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-F", "%t|%p|%q|%r|%C|%D|%R\\n"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-D", "publish", "correlation-data", "c0rr",
                        "-F", "%p %D"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-D", "publish", "user-property", "k", "v"),
                same("-t", "req/1", "-e", "re/agreed", "-m", "x", "-V", "311", "-q", "1"),
                same("-t", "req/1", "-e", "re/agreed", "-m", "x", "-V", "31", "-i", "me"),
                same("-L", "mqtt://127.0.0.1:" + mosquitto.port() + "/req/url", "-e", "re/1", "-m", "x"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-W", "9", "-k", "9", "-u", "a", "-P", "b", "-I", "p"));
    }

    @TestFactory
    Stream<DynamicTest> without_a_response() {
        return Stream.of(
                same("-t", "nobody/1", "-e", "re/1", "-m", "x", "-W", "1"),
                same("-t", "nobody/1", "-e", "re/1", "-m", "x", "-W", "1", "--quiet"),
                same("-t", "no/1", "-e", "re/1", "-m", "x", "-q", "1", "-W", "1"),
                sameAt(strict, "", "-t", "req/1", "-e", "re/1", "-m", "x"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-p", "1"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-h", "no-such-host.invalid"),
                same("-t", "req/1", "-m", "x"),
                same("-e", "re/1", "-m", "x"),
                same("-t", "req/1", "-e", "re/1"),
                same("-t", "req/#", "-e", "re/1", "-m", "x"),
                same("-t", "req/1", "-e", "re/+", "-m", "x"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-n"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-q", "3"),
                same("-t", "req/1", "-e", "re/1", "-m", "x", "-W", "0"));
    }

    /// mosquitto_rr of 2.0.11 sends nothing of them, and has other words for a refusal of 3.x than mosquitto_pub.
    @Test
    void files_and_standard_input_are_requests_and_a_refusal_is_said_as_by_the_other_tools() {
        List<String> to = List.of("request", "-p", mosquitto.port(), "-t", "req/1", "-e", "re/1", "-F", "%x");
        String file = folder.resolve("file").toString();
        Run ofFile = Run.ofTern(new byte[0], Stream.concat(to.stream(), Stream.of("-f", file)).toList());
        assertThat(ofFile.out()).isEqualTo("616e7377657220746f206600ff0a\n");
        Run ofInput = Run.ofTern(new byte[] {'a', 0}, Stream.concat(to.stream(), Stream.of("-s")).toList());
        assertThat(ofInput.out()).isEqualTo("616e7377657220746f206100\n");
        Run refused = Run.ofTern("request", "-p", strict.port(), "-t", "a", "-e", "b", "-m", "x", "-V", "311");
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).isEqualTo("Connection error: Connection Refused: not authorised.\n");
    }

    @Test
    void a_retained_message_is_a_response_unless_the_flag_says_no() {
        List<String> args = List.of("request", "-p", mosquitto.port(), "-t", "nobody/1", "-e", "re/kept", "-m", "x");
        assertThat(Run.ofTern(new byte[0], args).out()).isEqualTo("stale\n");
        Run fresh = Run.ofTern(new byte[0], Stream.concat(args.stream(), Stream.of("-R", "-W", "1")).toList());
        assertThat(fresh.out()).isEmpty();
        assertThat(fresh.exitCode()).isEqualTo(27);
    }

    /// Which mosquitto_rr takes for its own.
    @Test
    void the_response_to_somebody_else_is_not_ours() {
        Run run = Run.ofTern("request", "-p", mosquitto.port(), "-t", "req/both", "-e", "re/shared", "-m", "x", "-q",
                "1", "-D", "publish", "correlation-data", "mine", "-W", "20");
        assertThat(run.out()).isEqualTo("answer to x\n");
    }
}
