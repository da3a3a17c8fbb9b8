package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {

    enum Durability { SYNC, OS, NONE }

    private static final long MIB = 1024 * 1024;
    private static final Option<Integer> PORT =
            Option.integer("listeners.mqtt.port", 1883, 0, 65_535, "", "Port for MQTT over TCP.");
    private static final Option<Integer> QUEUE =
            Option.integer("limits.queue_messages", 1000, 1, 1_000_000, "messages", "Most messages queued.");
    private static final Option<Long> PACKET =
            Option.bytes("limits.packet_bytes", MIB, 1024, 256 * MIB, "Largest packet taken.");
    private static final Option<Duration> WAIT = Option.duration("limits.connect_wait", Duration.ofSeconds(10),
            Duration.ofMillis(100), Duration.ofMinutes(5), "How long a CONNECT may take.");
    private static final Option<Durability> DURABILITY =
            Option.choice("store.durability", Durability.SYNC, "When something counts as stored.");
    private static final Option<Boolean> ANONYMOUS = Option.bool("auth.anonymous", true, "Whether names are asked.");

    private static void refused(Option<?> option, String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> option.parse(text)).withMessage(message);
    }

    @Test
    void words_are_a_list_of_those_there_are() {
        Option<List<String>> versions = Option.words("tls.versions", List.of("TLSv1.2", "TLSv1.3"),
                List.of("TLSv1.2", "TLSv1.3"), "Versions of TLS.");
        assertThat(versions.parse("TLSv1.3")).containsExactly("TLSv1.3");
        Setting both = new Setting.Items(1, List.of(
                new Setting.Value(1, "TLSv1.3", false), new Setting.Value(2, "TLSv1.2", false)));
        assertThat(versions.parse(both)).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(versions.format(versions.defaultValue())).isEqualTo("TLSv1.2, TLSv1.3");
        assertThat(versions.range()).isEqualTo("list of TLSv1.2, TLSv1.3");
        refused(versions, "SSLv3", "SSLv3 is none of TLSv1.2, TLSv1.3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> versions.parse(new Setting.Items(1, List.of())))
                .withMessage("an empty list; choose of TLSv1.2, TLSv1.3");
    }

    @Test
    void whole_number_is_read_within_its_range() {
        assertThat(PORT.parse("1884")).isEqualTo(1884);
        assertThat(PORT.parse(" 0 ")).isZero();
        refused(PORT, "-1", "-1 is below the least, 0");
        refused(PORT, "65536", "65536 is above the most, 65535");
        refused(PORT, "99999999999999999999", "99999999999999999999 is above the most, 65535");
        refused(QUEUE, "-99999999999", "-99999999999 is below the least, 1 messages");
        refused(PORT, "http", "http is not a whole number");
        refused(PORT, "1.5", "1.5 is not a whole number");
        refused(PORT, "", "an empty value is not a whole number");
        assertThat(PORT.range()).isEqualTo("0 to 65535");
        assertThat(QUEUE.unit()).isEqualTo("messages");
    }

    @ParameterizedTest
    @CsvSource({"2048, 2048", "64 KiB, 65536", "64KiB, 65536", "1 MiB, 1048576", "1  MiB, 1048576"})
    void size_is_read_in_powers_of_1024(String text, long bytes) {
        assertThat(PACKET.parse(text)).isEqualTo(bytes);
    }

    @Test
    void size_out_of_range_or_without_sense_is_refused() {
        refused(PACKET, "99", "99 is below the least, 1024 bytes");
        refused(PACKET, "1 GiB", "1073741824 is above the most, 268435456 bytes");
        refused(PACKET, "999999999999 TiB", Long.MAX_VALUE + " is above the most, 268435456 bytes");
        String remedy = " is not a size; write bytes as a plain number, or 64 KiB, 1 MiB, 2 GiB";
        for (String wrong : new String[] {"1 MB", "1.5 MiB", "-1", "many", "1 mib", "1234567890123"}) {
            refused(PACKET, wrong, wrong + remedy);
        }
    }

    @ParameterizedTest
    @CsvSource({"1024, 1 KiB", "1536, 1536", "1048576, 1 MiB", "268435456, 256 MiB"})
    void size_is_written_in_the_largest_exact_unit(long bytes, String text) {
        assertThat(PACKET.format(bytes)).isEqualTo(text);
        assertThat(PACKET.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"100 ms, 100", "10 s, 10000", "10s, 10000", "5 m, 300000", "1500 ms, 1500"})
    void time_is_read_with_its_unit_and_written_back(String text, long millis) {
        Duration value = Duration.ofMillis(millis);
        assertThat(WAIT.parse(text)).isEqualTo(value);
        assertThat(WAIT.parse(WAIT.format(value))).isEqualTo(value);
    }

    @Test
    void time_out_of_range_or_without_unit_is_refused() {
        refused(WAIT, "5 ms", "5 ms is below the least, 100 ms");
        refused(WAIT, "0", "0 s is below the least, 100 ms");
        refused(WAIT, "1 h", "1 h is above the most, 5 m");
        refused(WAIT, "999999999999 d", WAIT.format(Duration.ofMillis(Long.MAX_VALUE)) + " is above the most, 5 m");
        String remedy = " is not a length of time; write a number with ms, s, m, h or d, such as 10 s";
        for (String wrong : new String[] {"10", "10 min", "-1 s", "soon", "1.5 s"}) {
            refused(WAIT, wrong, wrong + remedy);
        }
        assertThat(WAIT.range()).isEqualTo("100 ms to 5 m");
    }

    @Test
    void choice_is_an_enum_in_lower_case() {
        assertThat(DURABILITY.parse("os")).isEqualTo(Durability.OS);
        assertThat(DURABILITY.format(Durability.NONE)).isEqualTo("none");
        refused(DURABILITY, "fsync", "fsync is none of sync, os, none");
        refused(DURABILITY, "SYNC", "SYNC is none of sync, os, none");
    }

    @Test
    void bool_is_true_or_false() {
        assertThat(ANONYMOUS.parse("false")).isFalse();
        assertThat(ANONYMOUS.parse("TRUE")).isTrue();
        refused(ANONYMOUS, "yes", "yes is neither true nor false");
    }

    @Test
    void a_long_wrong_value_is_cut_in_the_message() {
        refused(PORT, "x".repeat(100), "x".repeat(60) + "... is not a whole number");
        refused(PORT, "a\n  b", "a b is not a whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Port", "a.", ".a", "a..b", "a-b", "1a", "a.1b", "a b"})
    void a_key_is_lower_snake_words_joined_by_dots(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> Option.bool(key, true, "x")).withMessage("key " + key);
    }

    @Test
    void a_default_out_of_range_is_our_bug() {
        assertThatIllegalArgumentException().isThrownBy(() -> Option.integer("a", 0, 1, 2, "", "x"));
    }
}
