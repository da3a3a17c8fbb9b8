package io.tern.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Option;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsReferenceTest {

    enum Colour { RED, BLUE }

    @Test
    void a_row_for_each_option() {
        List<Option<?>> declared = List.of(
                Option.integer("limits.queue_messages", 1000, 1, 100_000, "messages", "Most messages queued."),
                Option.integer("port", 1883, 0, 65_535, "", "Port."),
                Option.bytes("limits.packet_bytes", 1 << 20, 1024, 1 << 28, "Largest packet."),
                Option.duration("wait", Duration.ofSeconds(90), Duration.ZERO, Duration.ofDays(1), "a | b"),
                Option.text("host", "", "Address."),
                Option.text("path", "/mqtt", "Path."),
                Option.choice("colour", Colour.BLUE, "Colour."),
                Option.bool("on", true, "Switch."));
        assertThat(OptionsReference.markdown(declared)).isEqualTo("""
                | key | default | values | meaning |
                | --- | --- | --- | --- |
                | `limits.queue_messages` | `1000` | 1 to 100000 messages | Most messages queued. |
                | `port` | `1883` | 0 to 65535 | Port. |
                | `limits.packet_bytes` | `1 MiB` | 1 KiB to 256 MiB | Largest packet. |
                | `wait` | `90 s` | 0 s to 1 d | a \\| b |
                | `host` | none | text | Address. |
                | `path` | `/mqtt` | text | Path. |
                | `colour` | `blue` | red, blue | Colour. |
                | `on` | `true` | true, false | Switch. |
                """);
    }
}
