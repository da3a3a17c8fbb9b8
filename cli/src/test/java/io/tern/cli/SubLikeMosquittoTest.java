package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.client.MqttClient;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// The same command line for `mosquitto_sub` and `tern sub`, the same messages, the same output and exit code.
@Timeout(240)
class SubLikeMosquittoTest {

    private static final byte[] NOTHING = {};

    private static Mosquitto mosquitto;
    private static MqttClient publisher;
    private static int runs;

    @BeforeAll
    static void start() throws Exception {
        mosquitto = Mosquitto.start("allow_anonymous true");
        publisher = MqttClient.builder().host("127.0.0.1").port(Integer.parseInt(mosquitto.port())).build();
        publisher.connect();
        retain("f/full", 1, "Hello W".getBytes(), Properties.builder().with(Property.CONTENT_TYPE, "text/plain")
                .with(Property.CORRELATION_DATA, "c0rr".getBytes()).with(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .with(Property.RESPONSE_TOPIC, "re/sp").user("k1", "v1").user("k2", "v 2").build());
        retain("f/bin", 0, new byte[] {0, 1, (byte) 0xFF, (byte) 0xFE, 0x7F, '/', 0x1F}, Properties.NONE);
        retain("f/json", 0, ("{\"t\": 27.0, \"a\":[1,2.50,{\"b\":null},[]], \"o\":{}, \"s\":\"\\u00fc\\n/\\/\","
                + "\"n\":[1e30,-0,0.1,1.5e-7,123456789012,-1.0E+2,12345678901234567890]}").getBytes(), Properties.NONE);
        retain("f/uni", 2, "gr\u00FC\u00DFe \u20AC \uD83D\uDE00 \u0007".getBytes(StandardCharsets.UTF_8),
                Properties.NONE);
        retain("r/1", 0, "ret1".getBytes(), Properties.NONE);
        retain("r/2", 0, "ret2".getBytes(), Properties.NONE);
    }

    private static void retain(String topic, int qos, byte[] payload, Properties properties) throws Exception {
        publisher.publish(topic, payload, qos, true, properties);
    }

    @AfterAll
    static void stop() throws Exception {
        if (mosquitto != null) {
            publisher.close();
            mosquitto.close();
        }
    }

    /// What is published once the subscription stands: r/1 live1, r/3 (empty), r/2 live2, r/3 live3.
    private static void publishLive() {
        try {
            publisher.publish("r/1", "live1".getBytes(), 0, false);
            publisher.publish("r/3", NOTHING, 0, false);
            publisher.publish("r/2", "live2".getBytes(), 1, false);
            publisher.publish("r/3", "live3".getBytes(), 2, false);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Run observe(Function<List<String>, Run> tool, List<String> flags, boolean live) throws Exception {
        String id = "run" + runs++;
        List<String> args = new ArrayList<>(List.of("sub", "-p", mosquitto.port(), "-h", "127.0.0.1", "-i", id));
        args.addAll(flags);
        CompletableFuture<Run> run = Run.beside(() -> tool.apply(args));
        if (live) {
            mosquitto.await("Sending SUBACK to " + id);
            publishLive();
        }
        Run done = run.get(60, TimeUnit.SECONDS);
        return new Run(done.out().replace(id, "ID"), done.err().replace(id, "ID"), done.exitCode()).comparable();
    }

    private static Run mosquittoSub(List<String> args) {
        try {
            return Run.ofMosquitto(NOTHING, args);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DynamicTest same(boolean live, boolean sorted, String... flags) {
        return DynamicTest.dynamicTest("sub " + String.join(" ", flags), () -> {
            List<String> all = List.of(flags);
            Run theirs = observe(SubLikeMosquittoTest::mosquittoSub, all, live);
            Run ours = observe(args -> Run.ofTern(NOTHING, args), all, live);
            if (sorted) {
                assertThat(ours.withSortedLines()).isEqualTo(theirs.withSortedLines());
            } else {
                assertThat(ours).isEqualTo(theirs);
            }
        });
    }

    private static DynamicTest withLive(String... flags) {
        return same(true, false, flags);
    }

    private static DynamicTest formatted(String format, String... flags) {
        List<String> all = new ArrayList<>(List.of("-V", "5", "-q", "2", "-t", "f/#", "-C", "4", "-F", format));
        all.addAll(List.of(flags));
        return same(false, false, all.toArray(String[]::new));
    }

    @TestFactory
    Stream<DynamicTest> what_is_printed() {
        return Stream.of(
                withLive("-t", "r/#", "-C", "6", "-v"),
                withLive("-t", "r/#", "-C", "6"),
                withLive("-t", "r/#", "-C", "6", "-v", "-N"),
                withLive("-t", "r/#", "-C", "6", "-v", "-q", "2"),
                withLive("-t", "r/#", "-C", "4", "-v", "-R"),
                withLive("-t", "r/#", "-v", "--retained-only"),
                withLive("-t", "r/#", "-C", "1", "-v", "--retained-only"),
                withLive("-t", "r/#", "-C", "2", "-v", "-T", "r/1"),
                withLive("-t", "r/#", "-C", "2", "-v", "-T", "r/1", "--filter-out", "r/2"),
                withLive("-t", "r/#", "-C", "6", "-F", "%t %p"),
                withLive("-t", "r/1", "-t", "r/3", "-C", "4", "-v"),
                withLive("-t", "r/+", "-C", "6", "-v", "--retain-as-published", "-V", "5"),
                withLive("-L", "mqtt://127.0.0.1:" + port() + "/r/1", "-t", "r/2", "-C", "4", "-v"),
                withLive("-V", "mqttv31", "-t", "r/#", "-C", "6", "-v"),
                withLive("--topic", "r/#", "--qos", "1", "--verbose", "-C", "6", "--keepalive", "30", "--nodelay"));
    }

    private static String port() {
        return mosquitto.port();
    }

    @TestFactory
    Stream<DynamicTest> formats() {
        return Stream.of(
                formatted("%%|%A|%C|%D|%E|%F|%l|%m|%P|%q|%R|%r|%S|%t|%p|"),
                formatted("%5A|%10C|%05E|%5F|%5l|%05l|%-5l|%05m|%10R|%5S|%10t|%-10t|%-10C|%010t|%-05l|%010C|%-05E|"),
                formatted("%.3t|%10.3t|%-10.3t|%.2C|%.2R|%5.1R|%1.t|%.t|%5.t|%3t|"),
                formatted("%x %X"),
                formatted("%10p|%-10p|%010p|%20x|%-20x|%020X|%.3p|%.2x|%3x|%1X|"),
                formatted("%S %t", "-D", "subscribe", "subscription-identifier", "7"),
                formatted("%5q|%5r|%5P|%5%|"),
                formatted("\\a\\e\\n\\r\\t\\v\\0\\\\x"),
                formatted("%t:%p", "-N"),
                formatted("x", "-v"),
                formatted("gr\u00FC\u00DFe %t"),
                formatted("%I|%30I|%-30I|%U|@s|#@N#|@Y-@m-@d|@@|@H:@M:@S|@z|@Z|@q|%"
                        .replaceAll("\\|%$", "|")),
                formatted("@a @A @b @B @C @D @d @e @F @g @G @h @I @j @k @l @m @n @p @P @R @t @u @U @V @w @W @x @y @Y"),
                formatted("%j"),
                formatted("%J"),
                formatted("%j", "--pretty"),
                formatted("%J", "--pretty"),
                formatted("%j", "-D", "subscribe", "subscription-identifier", "7"));
    }

    @TestFactory
    Stream<DynamicTest> how_it_ends() {
        return Stream.of(
                same(false, false, "-t", "nothing/here", "-W", "1"),
                same(false, false, "-t", "nothing/here", "-W", "1", "--quiet"),
                same(false, false, "-t", "r/#", "-E"),
                same(false, false, "-t", "nothing/here", "-U", "nothing/here", "-W", "1"),
                same(false, true, "-t", "nothing/here", "-t", "nor/here", "-W", "1", "-d", "-q", "2"),
                same(false, true, "-t", "nothing/here", "-W", "1", "-d", "-q", "1", "--retain-as-published", "-V", "5"),
                same(true, true, "-t", "r/#", "-C", "6", "-d", "-v"),
                same(false, true, "-t", "x", "-U", "y", "-W", "1", "-d"),
                same(false, true, "-c", "-t", "x", "-E", "-d", "-q", "1"),
                same(false, true, "-c", "-V", "5", "-x", "10", "-t", "x", "-E", "-d"),
                same(false, true, "-V", "31", "-t", "x", "-E", "-d"),
                same(false, false, "-t", "x", "-E", "--will-topic", "w", "--will-payload", "gone", "--will-qos", "1"),
                same(false, false, "-t", "x", "-p", "1"),
                same(false, false, "-t", "x", "-p", "1", "--quiet"),
                same(false, false, "-t", "x", "-h", "no-such-host.invalid"));
    }

    @TestFactory
    Stream<DynamicTest> wrong_usage() {
        return Stream.<List<String>>of(
                List.of(),
                List.of("-p", "99999", "-t", "x"),
                List.of("-q", "3", "-t", "x"),
                List.of("-V", "6", "-t", "x"),
                List.of("-k", "4", "-t", "x"),
                List.of("-I", "b", "-t", "x"),
                List.of("-L", "foo"),
                List.of("-L", "mqtt://localhost"),
                List.of("-t", "a/#/b"),
                List.of("-t", "x", "-T", "a/#/b"),
                List.of("-t", "x", "-U", "a+"),
                List.of("-t", "x", "-C", "0"),
                List.of("-t", "x", "-C", "-1"),
                List.of("-t", "x", "-W", "0"),
                List.of("-t", "x", "-F", "%z"),
                List.of("-t", "x", "-F", "@"),
                List.of("-t", "x", "-F", "\\q"),
                List.of("-t", "x", "-F", "%"),
                List.of("-t", "x", "-F", "%0-5l"),
                List.of("-t", "x", "-F", "abc\\"),
                List.of("-t", "x", "--will-payload", "y"),
                List.of("-t", "x", "--will-retain"),
                List.of("-t", "x", "--will-topic", "a/#"),
                List.of("-t", "x", "--will-topic", "a", "--will-qos", "3"),
                List.of("-t", "x", "-x", "abc"),
                List.of("-t", "x", "-x", "-5"),
                List.of("-t", "x", "-x", "4294967296"),
                List.of("-t", "x", "-D", "publish", "foo", "bar"),
                List.of("-t", "x", "-D", "foo", "content-type", "bar"),
                List.of("-t", "x", "-D", "connect", "topic-alias", "1"),
                List.of("-t", "x", "-D", "connect", "receive-maximum", "99999"),
                List.of("-t", "x", "--random-filter", "0"))
                .map(flags -> same(false, false, flags.toArray(String[]::new)));
    }
}
