package io.tern.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.api.ConfigException;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

    enum Durability { SYNC, OS, NONE }

    private static final Option<Integer> MQTT_PORT =
            Option.integer("listeners.mqtt.port", 1883, 0, 65_535, "", "Port for MQTT over TCP.");
    private static final Option<String> MQTT_HOST = Option.text("listeners.mqtt.host", "", "Address to listen on.");
    private static final Option<Integer> WS_PORT =
            Option.integer("listeners.websocket.port", 8083, 0, 65_535, "", "Port for WebSocket.");
    private static final Option<Long> PACKET =
            Option.bytes("limits.packet_bytes", 1 << 20, 1024, 1 << 28, "Largest packet.");
    private static final Option<Duration> WAIT = Option.duration("limits.connect_wait", Duration.ofSeconds(10),
            Duration.ofMillis(1), Duration.ofHours(1), "How long a CONNECT may take.");
    private static final Option<Boolean> ANONYMOUS = Option.bool("anonymous", true, "Whether names are asked.");
    private static final Option<Durability> DURABILITY =
            Option.choice("store.durability", Durability.SYNC, "When something is stored.");
    private static final List<Option<?>> DECLARED =
            List.of(MQTT_PORT, MQTT_HOST, WS_PORT, PACKET, WAIT, ANONYMOUS, DURABILITY);

    @TempDir
    private Path folder;

    private static Options read(String text) throws ConfigException {
        return ConfigFile.parse("tern.yaml", text, DECLARED);
    }

    private static List<String> problems(String text) {
        return catchThrowableOfType(ConfigException.class, () -> read(text)).problems();
    }

    @Test
    void sections_and_dotted_keys_give_the_same_values() throws ConfigException {
        Options nested = read("""
                # ours
                anonymous: false
                listeners:
                  mqtt:
                    port: 1884
                    host: "::1"
                limits:
                  packet_bytes: 64 KiB
                  connect_wait: 5 s
                store: {durability: os}
                """);
        assertThat(nested.get(MQTT_PORT)).isEqualTo(1884);
        assertThat(nested.get(MQTT_HOST)).isEqualTo("::1");
        assertThat(nested.get(WS_PORT)).isEqualTo(8083);
        assertThat(nested.get(PACKET)).isEqualTo(65_536);
        assertThat(nested.get(WAIT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(nested.get(ANONYMOUS)).isFalse();
        assertThat(nested.get(DURABILITY)).isEqualTo(Durability.OS);
        assertThat(read("""
                anonymous: false
                listeners.mqtt.port: 1884
                listeners.mqtt: {host: '::1'}
                limits.packet_bytes: 65536
                limits.connect_wait: 5000 ms
                store.durability: os
                """)).isEqualTo(nested);
    }

    @Test
    void nothing_given_is_all_defaults() throws ConfigException {
        for (String text : List.of("", "# only a comment\n", "---\n", "listeners:\n", "{}", "listeners: {}\n")) {
            assertThat(read(text)).as(text).isEqualTo(Options.DEFAULTS);
        }
    }

    @Test
    void an_unknown_key_is_named_with_the_one_that_was_meant() {
        assertThat(problems("listeners:\n  mqtt:\n    prot: 1\n"))
                .containsExactly("tern.yaml:3: listeners.mqtt.prot: unknown key; did you mean listeners.mqtt.port?");
        assertThat(problems("packet_bytes: 2048\n"))
                .containsExactly("tern.yaml:1: packet_bytes: unknown key; did you mean limits.packet_bytes?");
        assertThat(problems("port: 2048\n")).containsExactly("tern.yaml:1: port: unknown key");
        assertThat(problems("listners:\n  mqtt:\n    port: 1\n"))
                .containsExactly("tern.yaml:1: listners: unknown section; did you mean listeners?");
        assertThat(problems("mqtt:\n  port: 1\n"))
                .containsExactly("tern.yaml:1: mqtt: unknown section; did you mean listeners.mqtt?");
        assertThat(problems("cluster:\n  port: 1\n")).containsExactly("tern.yaml:1: cluster: unknown section");
    }

    @Test
    void every_problem_of_a_file_is_told_in_its_order() {
        assertThat(problems("""
                anonymous: yes
                limits:
                  packet_bytes: 99
                  connect_wait: 10
                listeners:
                  mqtt:
                    port: [1883, 1884]
                    host:
                  websocket: 8083
                store:
                  durability: fsync
                colour: blue
                """)).containsExactly(
                "tern.yaml:1: anonymous: yes is neither true nor false",
                "tern.yaml:3: limits.packet_bytes: 99 is below the least, 1024 bytes",
                "tern.yaml:4: limits.connect_wait: 10 is not a length of time; "
                        + "write a number with ms, s, m, h or d, such as 10 s",
                "tern.yaml:7: listeners.mqtt.port: expected one value, found a list",
                "tern.yaml:8: listeners.mqtt.host: has no value; leave the key out to get the default",
                "tern.yaml:9: listeners.websocket: is a section, its keys go below it; found one value",
                "tern.yaml:11: store.durability: fsync is none of sync, os, none",
                "tern.yaml:12: colour: unknown key");
    }

    @Test
    void a_key_given_twice_is_refused_however_it_is_written() {
        assertThat(problems("anonymous: true\nanonymous: true\n"))
                .containsExactly("tern.yaml:2: anonymous: given twice, first on line 1");
        assertThat(problems("listeners:\n  mqtt:\n    port: 1\nlisteners.mqtt.port: 2\n"))
                .containsExactly("tern.yaml:4: listeners.mqtt.port: given twice, first on line 3");
        assertThat(problems("limits:\n  packet_bytes: 2048\nstore:\nlimits:\n"))
                .containsExactly("tern.yaml:4: limits: given twice, first on line 1");
    }

    @Test
    void what_is_no_mapping_is_refused() {
        assertThat(problems("- a\n- b\n")).containsExactly("tern.yaml:1: expected keys with values, found a list");
        assertThat(problems("\nhello\n")).containsExactly("tern.yaml:2: expected keys with values, found one value");
        assertThat(problems("? [a, b]\n: 1\n")).containsExactly("tern.yaml:1: a key must be a word, found a list");
        assertThat(problems("listeners:\n  mqtt:\n    port: {tcp: 1}\n"))
                .containsExactly("tern.yaml:3: listeners.mqtt.port: expected one value, found a section");
    }

    @Test
    void tabs_are_named_wherever_they_indent() {
        assertThat(problems("listeners:\n\tmqtt:\n\t  port: 1\nanonymous: true\n"))
                .containsExactly(
                        "tern.yaml:2: a tab can't indent in YAML, use spaces",
                        "tern.yaml:3: a tab can't indent in YAML, use spaces");
    }

    @Test
    void faulty_yaml_is_told_with_its_line() {
        assertThat(problems("anonymous: true\nlimits: [1,\nstore: 2\n")).singleElement().asString()
                .startsWith("tern.yaml:4: expected ',' or ']'");
        assertThat(problems("anonymous: \"true\n")).singleElement().asString().startsWith("tern.yaml:2: ");
        assertThat(problems("anonymous: true\n---\nanonymous: true\n")).singleElement().asString()
                .startsWith("tern.yaml:2: expected a single document");
        assertThat(problems("anonymous: tr\u0000ue\n")).singleElement().asString().startsWith("tern.yaml: ");
        assertThat(problems("listeners.mqtt.host: !secret abc\n"))
                .containsExactly("tern.yaml:1: listeners.mqtt.host: unknown tag !secret");
    }

    @Test
    void a_section_that_contains_itself_ends() {
        assertThat(problems("listeners: &a\n  listeners: *a\n  mqtt: *a\n")).isNotEmpty();
    }

    @Test
    void a_file_that_cannot_be_read_is_named() throws IOException, ConfigException {
        Path file = folder.resolve("tern.yaml");
        unreadable(file, "no such file");
        unreadable(folder, "is a folder");
        Files.write(file, new byte[] {'a', ':', (byte) 0xFF});
        unreadable(file, "1: the byte 0xFF is not UTF-8, in which it has to be");
        Files.write(file, new byte[ConfigFile.MAX_FILE_BYTES + 1]);
        unreadable(file, "is larger than 1 MiB");
        Files.writeString(file, "anonymous: false\n");
        assertThat(ConfigFile.read(file, DECLARED).get(ANONYMOUS)).isFalse();
        Files.writeString(file, "anonymus: false\n");
        unreadable(file, "1: anonymus: unknown key; did you mean anonymous?");
    }

    private static void unreadable(Path file, String problem) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ConfigFile.read(file, DECLARED))
                .matches(e -> e.getMessage().replaceFirst(": ?", " ").equals(file + " " + problem), problem);
    }

    @Test
    void a_wrong_declaration_is_our_bug() {
        Option<Boolean> section = Option.bool("listeners", true, "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigFile.parse("x", "", List.of(ANONYMOUS, ANONYMOUS)))
                .withMessage("anonymous is declared twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigFile.parse("x", "", List.of(MQTT_PORT, section)))
                .withMessage("listeners is declared as a key and as a section");
    }

    @Test
    void lists_and_free_names_are_read_with_their_lines() throws ConfigException {
        Option<List<String>> texts = Option.texts("audience", List.of(), "texts");
        Option<Map<String, String>> named = Option.named("claims", "named");
        Option<Setting> tree = Option.tree("sources", "a tree");
        String text = "audience: [a, b]\nclaims: {sub: x}\nsources:\n  - file: f\n  - jwt: {issuer: i}\n";

        Options options = ConfigFile.parse("tern.yaml", text, List.of(texts, named, tree));

        assertThat(options.get(texts)).containsExactly("a", "b");
        assertThat(options.get(named)).containsExactly(Map.entry("sub", "x"));
        Setting.Items items = (Setting.Items) options.get(tree);
        assertThat(items.items()).extracting(Setting::line).containsExactly(4, 5);
        Setting.Section jwt = (Setting.Section) ((Setting.Section) items.items().get(1)).get("jwt");
        assertThat(jwt.get("issuer")).isEqualTo(new Setting.Value(5, "i", false));
        assertThat(ConfigFile.parse("tern.yaml", "audience: a", List.of(texts)).get(texts)).containsExactly("a");
    }

    @Test
    void lists_with_something_else_in_them_are_refused_and_aliases_that_grow_without_end_too() {
        Option<List<String>> texts = Option.texts("audience", List.of(), "texts");
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                + "e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";

        assertThat(catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigFile.parse("t", "x: 1\naudience: [{a: b}]\n", List.of(texts))).problems())
                .containsExactly(
                        "t:1: x: unknown key", "t:2: audience: expected a list of texts, found a section");
        assertThat(catchThrowableOfType(
                        ConfigException.class, () -> ConfigFile.parse("t", bomb, List.of(texts))).problems())
                .anyMatch(problem -> problem.endsWith("too many settings"));
    }
}
