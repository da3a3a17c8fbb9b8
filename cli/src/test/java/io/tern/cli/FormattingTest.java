package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Formats, times and JSON, without a server.
class FormattingTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-04T03:02:01.123456789Z"), BERLIN);

    private static String print(String format, boolean pretty, Publish message) throws UsageException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        MessagePrinter.Style style = new MessagePrinter.Style(OutputFormat.parse(format), false, true, pretty);
        String complaint = new MessagePrinter(style, stream, CLOCK).print(message);
        return out.toString(StandardCharsets.UTF_8) + (complaint == null ? "" : complaint);
    }

    private static Publish message(String payload, Properties properties) {
        return new Publish(false, 1, false, TopicName.of("a/b"), 7, properties, payload.getBytes());
    }

    @Test
    void properties_of_a_message() throws UsageException {
        Properties properties = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 4294967295L)
                .with(Property.TOPIC_ALIAS, 12).subscriptionIdentifier(5).subscriptionIdentifier(6).build();
        assertThat(print("%E|%012E|%A|%4A|%S", false, message("x", properties)))
                .isEqualTo("4294967295|004294967295|12|  12|5\n");
        assertThat(print("%j", false, message("x", properties))).contains("\"properties\":{"
                + "\"message-expiry-interval\":4294967295,\"topic-alias\":12,\"subscription-identifier\":5,"
                + "\"subscription-identifier\":6}");
    }

    @Test
    void times() throws UsageException {
        assertThat(print("%I|%U|@N|@s", false, message("x", Properties.NONE)))
                .isEqualTo("2026-01-04T04:02:01+0100|1767495721.123456789|123456789|1767495721\n");
        assertThat(print("%j", false, message("x", Properties.NONE))).isEqualTo("{\"tst\":"
                + "\"2026-01-04T04:02:01.123456Z+0100\",\"topic\":\"a/b\",\"qos\":1,\"retain\":0,\"payloadlen\":1,"
                + "\"mid\":7,\"payload\":\"x\"}\n");
    }

    @ParameterizedTest
    @CsvSource({"a, Sun", "A, Sunday", "b, Jan", "B, January", "C, 20", "d, 04", "D, 01/04/26", "F, 2026-01-04",
        "g, 26", "G, 2026", "h, Jan", "H, 04", "I, 04", "j, 004", "m, 01", "M, 02", "p, AM", "P, am", "r, 04:02:01 AM",
        "R, 04:02", "S, 01", "T, 04:02:01", "u, 7", "U, 01", "V, 01", "w, 0", "W, 00", "x, 01/04/26", "X, 04:02:01",
        "y, 26", "Y, 2026", "z, +0100", "Z, CET", "c, Sun Jan  4 04:02:01 2026", "Q, %Q"})
    void strftime(char conversion, String text) {
        assertThat(Strftime.format(conversion, ZonedDateTime.now(CLOCK))).isEqualTo(text);
    }

    @Test
    void strftime_with_blanks_and_summer() {
        ZonedDateTime summer = ZonedDateTime.of(2024, 7, 9, 15, 4, 5, 0, BERLIN);
        assertThat(Strftime.format('e', summer)).isEqualTo(" 9");
        assertThat(Strftime.format('k', summer)).isEqualTo("15");
        assertThat(Strftime.format('l', summer)).isEqualTo(" 3");
        assertThat(Strftime.format('Z', summer)).isEqualTo("CEST");
        assertThat(Strftime.format('z', summer.withZoneSameInstant(ZoneId.of("-03:30")))).isEqualTo("-0330");
        assertThat(Strftime.format('U', summer)).isEqualTo("27");
        assertThat(Strftime.format('W', summer)).isEqualTo("28");
        assertThat(Strftime.format('V', summer)).isEqualTo("28");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "1|1", "27.0|27", "-0|-0", "1e30|1e+30", "1.5e-7|1.5e-07", "0.0001|0.0001", "123456789012|123456789012",
        "0.1|0.1", "0.30000000000000004|0.30000000000000004", "[1, 2 ,[]]|[1,2,[]]", "{}|{}",
        "{ \"a\" : true , \"a\":null}|{\"a\":true,\"a\":null}", "\"\\u0041\\n\\u0001\"|\"A\\n\\u0001\"",
        "1 garbage behind|1"})
    void json_is_read_and_printed(String in, String out) {
        assertThat(LooseJson.print(LooseJsonReader.read(in.getBytes(StandardCharsets.UTF_8)), false)).isEqualTo(out);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "hello", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "\"", "\"\\x\"", "\"\\ud800\"", "tru", "-", "``"})
    void what_is_no_json(String in) {
        assertThat(LooseJsonReader.read(in.getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void deep_nesting_is_no_json() {
        assertThat(LooseJsonReader.read("[".repeat(1_000_000).getBytes())).isNull();
        assertThat(LooseJsonReader.read(("[".repeat(1_000) + "]".repeat(1_000)).getBytes())).isNotNull();
    }

    @Test
    void payload_that_should_be_json_and_is_not() throws UsageException {
        assertThat(print("%J", false, message("no", Properties.NONE)))
                .isEqualTo("\nError: Message payload is not valid JSON on topic a/b.");
        assertThat(print("%J", true, message("[1,{}]", Properties.NONE))).contains("\"payload\":\t[1, {\n\t\t}]\n}");
    }

    @Test
    void formats_that_make_no_sense() {
        for (String format : new String[] {"%", "%5", "%-", "%.", "%z", "@", "\\", "\\x", "%+5t"}) {
            assertThatThrownBy(() -> OutputFormat.parse(format)).as(format).isInstanceOf(UsageException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"mqtt://h/t, , , h, 1883, t, false", "mqtt://h:99/a/b/c, , , h, 99, a/b/c, false",
        "mqtt://u@h/t, u, , h, 1883, t, false", "mqtt://u:p:w@h:1/, u, p:w, h, 1, '', false",
        "mqtt://u:p@w@[::1]:8/t, u, p@w, ::1, 8, t, false", "ws://h:8083/t, , , h, 8083, t, true",
        "mqtt://[fe80::2]/x, , , fe80::2, 1883, x, false", "mqtts://h/t, , , h, 8883, t, false",
        "mqtts://h:1/t, , , h, 1, t, false", "wss://h/t, , , h, 8883, t, true"})
    void urls(String url, String user, String password, String host, int port, String topic, boolean webSocket)
            throws UsageException {
        assertThat(ServerUrl.parse(url))
                .isEqualTo(new ServerUrl(
                        webSocket, url.contains("s://") && !url.startsWith("ws:"), user, password, host, port, topic));
    }

    @ParameterizedTest
    @CsvSource({"foo", "http://h/t", "mqtts://h", "mqtt://h", "mqtt:///t", "mqtt://h:0/t", "mqtt://h:x/t"})
    void urls_that_make_no_sense(String url) {
        assertThatThrownBy(() -> ServerUrl.parse(url)).isInstanceOf(UsageException.class);
    }

    @Test
    void payload_bytes_of_an_argument() {
        assertThat(RawArguments.bytes("gr\u00FC\u00DFe")).isEqualTo("gr\u00FC\u00DFe".getBytes(StandardCharsets.UTF_8));
        String[] fine = {"pub", "gr\u00FC\u00DFe"};
        assertThat(Cli.arguments(fine)).isSameAs(fine);
    }
}
