package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.app.Main;
import io.tern.client.MqttClient;
import io.tern.wire.Publish;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Machines of other countries, and those of which nobody has said where they stand.
final class LocaleTest {

    private static final int LIFE_SECONDS = 60;
    private static final Duration LONG = Duration.ofSeconds(20);
    /// What the launcher makes of the locale of daemons.
    private static final Map<String, String> POSIX = Map.of("LC_ALL", "C.UTF-8", "LANG", "C");

    @TempDir
    private Path folder;

    private static List<String> language(String of) {
        return List.of("-Duser.language=" + of, "-Duser.country=", "-Duser.extensions=nu-" + (of.equals("ar") ? "arab"
                : "latn"));
    }

    private static MqttClient durable(BrokerProcess broker, String id) throws Exception {
        MqttClient client = MqttClient.builder().host("127.0.0.1").port(broker.port(Transport.TCP)).clientId(id)
                .cleanStart(false).sessionExpirySeconds(3600).build();
        client.connect();
        return client;
    }

    /// What is written on one machine is read on another.
    @Test
    void the_digits_and_letters_of_a_language_are_in_no_file() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        for (String language : List.of("ar", "tr", "en")) {
            try (BrokerProcess broker = new BrokerProcess(language(language), Map.of(), data, LIFE_SECONDS);
                    MqttClient client = durable(broker, "c")) {
                if (!language.equals("ar")) {
                    Publish kept = client.receive(LONG);
                    assertThat(kept).as(broker.lastWords()).isNotNull();
                    assertThat(kept.payload()).hasSize(1);
                }
                client.subscribe("t", 1);
                client.disconnect();
                try (MqttClient publisher = durable(broker, "p")) {
                    publisher.publish("t", new byte[] {'x'}, 1, false);
                }
            }
        }
        try (var files = Files.walk(data)) {
            assertThat(files.map(Path::toString)).allMatch(name -> name.chars().allMatch(c -> c < 0x80));
        }
    }

    private static String tern(int port, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        if (port > 0) {
            command.addAll(List.of("-p", String.valueOf(port)));
        }
        try (Child child = new Child("tern", command, POSIX, LIFE_SECONDS, line -> { })) {
            assertThat(child.awaitEnd()).as(child.lastWords()).isZero();
            return child.lastWords();
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere names of files are in UTF-8 anyway")
    void names_beyond_ASCII_are_files_in_the_locale_of_daemons_too() throws Exception {
        Path place = Files.createDirectories(folder.resolve("d\u00E4/\u65E5\u672C"));
        tern(0, "passwd", "-c", "-b", place.resolve("p\u00FC").toString(), "ann", "geheim");
        assertThat(place.resolve("p\u00FC")).exists();
        Path config = Files.writeString(place.resolve("t\u00EBrn.yaml"), """
                authentication: [{passwordFile: p\u00FC}]
                listeners:
                  local: {type: unix, socket: %s}
                """.formatted(place.resolve("s\u00F6ck")));
        Path file = Files.write(place.resolve("f\u00FC.txt"), "caf\u00E9".getBytes(StandardCharsets.UTF_8));
        try (BrokerProcess broker = new BrokerProcess(List.of(), POSIX, place.resolve("d\u00E4ta"), LIFE_SECONDS,
                "--config", config.toString())) {
            int port = broker.port(Transport.TCP);
            assertThat(place.resolve("s\u00F6ck")).exists();
            tern(port, "pub", "-u", "ann", "-P", "geheim", "-r", "-q", "1", "-t", "\u00FC/t",
                    "-f", file.toString());
            assertThat(tern(0, "sub", "--unix", place.resolve("s\u00F6ck").toString(), "-u", "ann", "-P",
                    "geheim", "-t", "\u00FC/#", "-C", "1", "-v")).endsWith("\u00FC/t caf\u00E9");
            assertThat(place.resolve("d\u00E4ta")).isDirectory();
        }
    }
}
