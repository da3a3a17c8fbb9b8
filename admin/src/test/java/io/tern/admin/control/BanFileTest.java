package io.tern.admin.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tern.api.SecurityEvent;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bans that outlive the process, whatever has become of their file.
class BanFileTest {

    @TempDir
    private Path folder;

    private Path file;
    private final List<SecurityEvent> events = Collections.synchronizedList(new ArrayList<>());
    private long nowMillis = 1_000_000;

    @BeforeEach
    void name() {
        file = folder.resolve("bans.json");
    }

    private BanFile open(Bans bans) {
        return new BanFile(file, bans, () -> nowMillis, events::add);
    }

    private List<Ban> read() {
        Bans bans = new Bans();
        open(bans).close();
        return bans.list(nowMillis);
    }

    private static Ban ban(Ban.Kind kind, String value, long untilMillis) {
        return new Ban(kind, value, "admin", "spam", 1, untilMillis);
    }

    @Test
    void bans_outlive_the_process_until_they_are_over() throws IOException {
        Bans bans = new Bans();
        BanFile kept = open(bans);
        bans.add(ban(Ban.Kind.CLIENT_REGEX, "bot.\\d+", 1_060_000));
        bans.add(ban(Ban.Kind.ADDRESS, "10.0.0.0/8", Ban.FOR_EVER));
        bans.add(new Ban(Ban.Kind.USER, "eve", "failed_logins", "", 5, 1_060_000, true));
        kept.close();

        assertThat(read()).isEqualTo(bans.list(nowMillis)).hasSize(3);
        nowMillis += 60_000;
        assertThat(read()).singleElement().extracting(Ban::value).isEqualTo("10.0.0.0/8");
        assertThat(Files.readString(file)).doesNotContain("eve");
        assertThat(folder.toFile().list()).containsExactly("bans.json");
        assertThat(events).isEmpty();
    }

    @Test
    void a_value_comes_back_as_it_was_whatever_it_holds() {
        Bans bans = new Bans();
        BanFile kept = open(bans);
        for (String value : List.of("},{", "[\"}\\", "a\nb\u2028c\u202Ed", "\u0000", "😀".repeat(512), "{}")) {
            bans.add(ban(Ban.Kind.USER, value, Ban.FOR_EVER));
        }
        bans.add(new Ban(Ban.Kind.USER, "long", "x".repeat(255) + "😀", "y".repeat(255) + "😀", 1, Ban.FOR_EVER));
        kept.close();

        assertThat(read()).isEqualTo(bans.list(nowMillis)).hasSize(7);
        assertThat(events).isEmpty();
    }

    @Test
    void so_many_as_there_can_be_are_read_again() {
        Bans bans = new Bans();
        BanFile kept = open(bans);
        for (int i = 0; i < Bans.BANS_MAX; i++) {
            bans.add(ban(Ban.Kind.USER, i + "\u0001".repeat(170), Ban.FOR_EVER));
        }
        kept.close();

        assertThat(file.toFile().length()).isGreaterThan(8L << 20);
        assertThat(read()).hasSize(Bans.BANS_MAX);
        assertThat(events).isEmpty();
    }

    @Test
    void entries_that_cannot_be_read_cost_no_others() throws IOException {
        Files.writeString(file, """
                [{"kind":"user","value":"a"},
                 {"kind":"zone","value":"x"},
                 {"kind":"user","value":"b","reason":"}{"},
                 {"kind":"user","value":"cut
                 {"kind":"user","value":"c"},
                 {"kind":"user","val":{"kind":"user","value":"d"},
                 {"kind":"user","value":["x"]},
                 {"kind":"client_regex","value":"(a)\\\\1"},
                 rubbish } more
                 {"kind":"user",
                  "value":"e"}
                """ + "\u0000".repeat(100) + "{\"kind\":\"user\",\"value\":\"" + "x".repeat(20_000) + "\"}\n"
                + "{\"kind\":\"user\",\"value\":\"f\"}\n{\"kind\"");
        String before = Files.readString(file);

        assertThat(read()).extracting(Ban::value).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(events).singleElement().asString()
                .contains("9 entries can't be read, the first at line 2: 'zone' is none of", "bans.json.damaged");
        assertThat(Files.readString(folder.resolve("bans.json.damaged"))).isEqualTo(before);
        events.clear();
        assertThat(read()).hasSize(6);
        assertThat(events).isEmpty();
    }

    @Test
    void what_is_no_text_at_all_is_no_reason_not_to_start() throws IOException {
        Files.write(file, "[{\"kind\":\"user\",\"value\":\"\u00e9\"}]".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(read()).isEmpty();
        assertThat(events).hasSize(1);
    }

    @Test
    void what_cannot_be_written_raises_an_alarm_and_is_written_later() throws IOException {
        Bans bans = new Bans();
        BanFile kept = open(bans);
        Path next = Files.createDirectory(folder.resolve("bans.json.new"));
        bans.add(ban(Ban.Kind.USER, "eve", Ban.FOR_EVER));
        assertThat(catchThrowable(kept::save)).isInstanceOf(IOException.class);
        assertThat(events).singleElement().isInstanceOfSatisfying(SecurityEvent.BanList.class,
                told -> assertThat(told.active()).isTrue());
        Files.delete(next);
        kept.save();
        assertThat(events).last().isInstanceOfSatisfying(SecurityEvent.BanList.class,
                told -> assertThat(told.active()).isFalse());
        kept.close();
        assertThat(read()).hasSize(1);
    }
}
