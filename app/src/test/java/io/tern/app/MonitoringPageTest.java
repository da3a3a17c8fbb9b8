package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.admin.figures.FigureFacts;
import io.tern.admin.figures.SysTree;
import io.tern.api.Figure;
import io.tern.api.Options;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds docs/monitoring.md to the figures there are. `-Dtern.write=true` writes the page anew.
class MonitoringPageTest {

    private static final String INTRODUCTION = """
            # Monitoring

            What the broker counts can be read in three ways: from the command line, as topics below `$SYS`, and by any
            client that may publish to `$CONTROL/tern/v1`. This page is generated from the code that counts.

            `tern figures` takes the connection flags of `tern pub` and prints all figures in the text format of
            Prometheus. It needs the right to publish to `$CONTROL/tern/v1` and to subscribe to
            `$CONTROL/tern/v1/response`, which on the broker's machine whoever can read its data folder has, see
            [security.md](security.md); the command behind it is `getFigures`, whose answer is JSON.

            Figures are read when somebody asks: each thread counts for itself, and the reader adds up. Counters begin
            at 0 when the process starts.

            ## What to watch

            - `tern_acknowledged_dropped_total` above 0: a limit has cost a message that was acknowledged.
            - `tern_journal_fsync_seconds_total` divided by `tern_journal_fsyncs_total`: what the disk takes; every
              acknowledgement waits for it. `tern_journal_bytes` close to `journal.max_bytes`, and a growing
              `tern_journal_blocked_total`: the disk does not keep up.
            - `tern_memory_held_bytes` close to `tern_memory_limit_bytes`: queues become shorter, and then nobody new is
              let in.
            - `tern_bugs_total` above 0: please report what the log says.
            - `tern_certificate_expiry_timestamp_seconds`, `tern_disk_full`, `tern_alarms_active`.

            ## Figures

            """;

    private static final String SYS = """

            ## Topics below `$SYS/broker`

            Every `sys_interval` (10 s) what has changed is published there, retained. Names, texts and meanings are
            mosquitto's as far as the same is counted here, so that what reads them goes on reading them; `store/` is
            ours. A client subscribes to them by a filter that begins with `$SYS/`, if the rules let it; `#` does not
            reach them. They are kept in memory alone, count against no limit, and of each only the latest waits for
            a session that is away.

            | topic | says |
            | --- | --- |
            """;

    private static final Map<String, String> TOPICS = new LinkedHashMap<>();

    static {
        TOPICS.put("version", "`tern version` and which");
        TOPICS.put("uptime", "such as `123 seconds`");
        TOPICS.put("clients/total", "sessions, with and without a connection");
        TOPICS.put("clients/connected", "sessions with a connection; `clients/active` says the same");
        TOPICS.put("clients/active", "");
        TOPICS.put("clients/disconnected", "sessions without one; `clients/inactive` says the same");
        TOPICS.put("clients/inactive", "");
        TOPICS.put("clients/maximum", "most that `clients/total` has said since the start");
        TOPICS.put("clients/expired", "sessions to which nobody came back in time");
        TOPICS.put("connections/socket/count", "sockets accepted since the start");
        TOPICS.put("bytes/+", "`received` and `sent`");
        TOPICS.put("messages/+", "packets of all types, `received` and `sent`");
        TOPICS.put("publish/messages/+",
                "PUBLISH packets `received` and `sent`, and deliveries `dropped` for want of room");
        TOPICS.put("mqtt/+/+", "packets by type, such as `mqtt/puback/sent`");
        TOPICS.put("subscriptions/count", "subscriptions, without those to shared groups");
        TOPICS.put("shared_subscriptions/count", "members of shared groups");
        TOPICS.put("retained messages/count", "topics with a retained message, without those below `$SYS`");
        TOPICS.put("heap/+", "`current` and `maximum`: the Java heap in use, garbage included, in bytes");
        TOPICS.put("load/#", "averages a minute over `1min`, `5min` and `15min` of packets (`messages/received`,"
                + " `messages/sent`), PUBLISH packets (`publish/received`, `publish/sent`, `publish/dropped`),"
                + " `bytes/received`, `bytes/sent`, `sockets` and `connections` (CONNECT packets)");
        TOPICS.put("store/durability", "`sync`, `os` or `none`");
        TOPICS.put("store/queues/+", "`messages` and `bytes` in memory, `disk_bytes` on disk only, and"
                + " `acknowledged_dropped`");
        TOPICS.put("store/journal/+", "the figures `tern_journal_...`, without `_total`");
        TOPICS.put("store/archive/+", "the figures `tern_archive_...`, without `_total`");
    }

    private static final String REST = """

            `$SYS/broker/alarms/#` has what is wrong, as JSON, while it is: see [security.md](security.md). Of
            mosquitto's topics these are missing, as nothing here counts just that: `publish/bytes/+`, `packet/out/+`,
            `messages/stored`, `store/messages/+`.
            """;

    @TempDir
    private Path folder;

    private List<Figure> figures() throws Exception {
        Options options = Options.builder()
                .with(ServerOptions.MQTT_PORT, 0)
                .with(ServerOptions.WS_PORT, 0)
                .with(ServerOptions.DATA_DIR, folder.toString())
                .build();
        try (Server server = Server.start(options)) {
            return server.figures();
        }
    }

    private static String topics() {
        StringBuilder rows = new StringBuilder();
        TOPICS.forEach((topic, says) -> rows.append(
                says.isEmpty() ? "" : "| `" + topic + "` | " + says + " |\n"));
        return rows.toString();
    }

    @Test
    void the_page_says_what_there_is() throws Exception {
        List<Figure> figures = figures();
        Path page = Tree.root().resolve("docs/monitoring.md");
        String expected = INTRODUCTION + FigureFacts.markdown(figures) + SYS + topics() + REST;
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(page, expected);
        }
        assertThat(page).hasContent(expected);
        assertThat(figures).extracting(Figure::name).doesNotHaveDuplicates();

        Set<String> said = new SysTree(figures, 0).step(1000).keySet();
        for (String filter : TOPICS.keySet()) {
            TopicFilter row = TopicFilter.of("$SYS/broker/" + filter);
            assertThat(said).as(filter).anyMatch(topic -> row.matches(TopicName.of(topic)));
        }
        assertThat(said).allMatch(topic -> TOPICS.keySet().stream()
                .anyMatch(filter -> TopicFilter.of("$SYS/broker/" + filter).matches(TopicName.of(topic))));
    }
}
