package io.tern.admin.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConnectionInfo;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where events go.
class AlarmsTest {

    private static final ClientInfo CLIENT = new ClientInfo("c", "eyJ".repeat(100), MqttVersion.V5,
            new ConnectionInfo("mqtt", "tcp", new InetSocketAddress("10.1.2.3", 4711)));

    @TempDir
    private Path folder;

    private Alarms alarms(Options options) throws IOException {
        return new Alarms(options, folder, Clock.system());
    }

    @Test
    void each_decision_is_a_line_of_the_audit_log_and_a_token_in_place_of_a_name_is_not_in_it() throws IOException {
        try (Alarms alarms = alarms(Options.DEFAULTS.with(WatchOptions.AUDIT_FILE, "audit.log"))) {
            alarms.on(new SecurityEvent.LoginRefused(CLIENT, ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong password"));
            alarms.on(new SecurityEvent.AccessDenied(CLIENT, Access.publish("a/b", 1, false)));
            alarms.on(new SecurityEvent.Administered(CLIENT, "addBan", "client x"));
        }

        List<String> lines = Files.readAllLines(folder.resolve("audit.log"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains("\"event\":\"login_refused\"", "\"client\":\"c\"",
                "\"address\":\"10.1.2.3:4711\"", "\"reason\":\"0x86\"", "\"why\":\"wrong password\"")
                .doesNotContain("eyJ".repeat(30));
        assertThat(lines.get(1)).contains("\"event\":\"access_denied\"", "\"action\":\"publish\"", "\"topic\":\"a/b\"");
        assertThat(lines.get(2)).contains("\"action\":\"addBan\"", "\"detail\":\"client x\"");
    }

    @Test
    void a_large_audit_log_is_put_aside_and_the_oldest_goes() throws IOException {
        Path file = folder.resolve("audit.log");
        try (AuditLog log = new AuditLog(file, 4_096, 3)) {
            for (int i = 0; i < 200; i++) {
                log.write(new SecurityEvent.Administered(CLIENT, "n" + i, ""), i);
            }
        }

        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("audit.log", "audit.log.1", "audit.log.2");
        assertThat(Files.size(folder.resolve("audit.log.1"))).isBetween(2_000L, 4_096L);
        assertThat(Files.readString(file)).contains("\"n199\"");
        assertThat(Files.readString(folder.resolve("audit.log.2"))).doesNotContain("\"n0\"");
        try (AuditLog again = new AuditLog(file, 1 << 20, 3)) {
            again.write(new SecurityEvent.Administered(CLIENT, "later", ""), 1);
        }
        assertThat(Files.readString(file)).contains("\"n199\"", "\"later\"");
    }

    @Test
    void an_audit_log_that_somebody_moves_away_is_begun_anew_and_the_older_ones_stay() throws IOException {
        Path file = folder.resolve("audit.log");
        Path moved = folder.resolve("audit-1.log");
        try (AuditLog log = new AuditLog(file, 4_096, 3)) {
            for (int i = 0; i < 100; i++) {
                log.write(new SecurityEvent.Administered(CLIENT, "n" + i, ""), i);
            }
            String older = Files.readString(folder.resolve("audit.log.2"));
            log.flush();
            Files.move(file, moved);
            for (int i = 100; i < 110; i++) {
                log.write(new SecurityEvent.Administered(CLIENT, "n" + i, ""), 1_000_000L * i);
                log.flush();
            }
            assertThat(Files.readString(folder.resolve("audit.log.2"))).isEqualTo(older);
            assertThat(Files.readString(file)).contains("\"n109\"");
            assertThat(Files.readString(moved) + Files.readString(file)).contains("\"n99\"", "\"n100\"", "\"n101\"");
            Files.move(file, folder.resolve("audit-2.log"));
            Files.createFile(file);
            log.flush();
            log.write(new SecurityEvent.Administered(CLIENT, "another's", ""), 1);
        }
        assertThat(Files.readString(file)).contains("another's");
    }

    @Test
    void where_no_new_file_can_be_made_the_audit_log_grows_and_loses_nothing() throws IOException {
        Path file = folder.resolve("audit.log");
        Path inTheWay = folder.resolve("audit.log.new");
        try (AuditLog log = new AuditLog(file, 4_096, 3)) {
            for (int i = 0; i < 100; i++) {
                log.write(new SecurityEvent.Administered(CLIENT, "n" + i, ""), i);
            }
            List<String> before = List.of(folder.toFile().list());
            Files.createDirectories(inTheWay.resolve("x"));
            for (int i = 100; i < 200; i++) {
                log.write(new SecurityEvent.Administered(CLIENT, "n" + i, ""), i);
            }
            log.flush();
            assertThat(folder.toFile().list()).hasSize(before.size() + 1);
            assertThat(Files.readString(file)).contains("\"n100\"", "\"n199\"");
            Files.delete(inTheWay.resolve("x"));
            Files.delete(inTheWay);
            log.write(new SecurityEvent.Administered(CLIENT, "after", ""), 20_000);
        }
        assertThat(Files.readString(folder.resolve("audit.log.1"))).contains("\"n199\"");
        assertThat(Files.readString(file)).contains("\"after\"").doesNotContain("\"n199\"");
    }

    @Test
    void names_that_begin_alike_can_be_told_apart() {
        String long1 = "x".repeat(100) + "1";
        Map<String, Object> one = EventFacts.of(new SecurityEvent.QueueHigh("sessions", true, long1, ""), 1);
        Map<String, Object> two = EventFacts.of(
                new SecurityEvent.QueueHigh("sessions", true, "x".repeat(100) + "2", ""), 1);
        assertThat(one.get("client").toString()).startsWith("x".repeat(64) + "...#").isNotEqualTo(two.get("client"));
    }

    @Test
    void whoever_of_those_that_are_told_fails_the_others_are_told() throws IOException {
        Queue<SecurityEvent> told = new ConcurrentLinkedQueue<>();
        try (Alarms alarms = alarms(Options.DEFAULTS)) {
            alarms.listen(event -> {
                throw new StackOverflowError("on purpose");
            });
            alarms.listen(told::add);
            alarms.on(new SecurityEvent.Scarce("disk", true, "10 MiB are free"));
            alarms.on(new SecurityEvent.Scarce("disk", false, "10 GiB are free"));
            await().until(() -> told.size() == 2);
        }
    }

    @Test
    void a_probe_that_fails_does_not_keep_everybody_out_for_ever() {
        Map<String, Boolean> guarded = new ConcurrentHashMap<>();
        double[] used = {0.95};
        boolean[] fails = {false};
        Resources.Probes probes = new Resources.Probes(() -> {
            if (fails[0]) {
                throw new StackOverflowError("on purpose");
            }
            return used[0];
        }, () -> 0, () -> Long.MAX_VALUE, () -> 0);
        AtomicInteger besides = new AtomicInteger();
        try (Resources resources = new Resources(
                probes, guarded::put, SecurityEvent.Sink.NONE, besides::incrementAndGet)) {
            resources.start();
            await().until(() -> guarded.getOrDefault("memory", false));
            fails[0] = true;
            int before = besides.get();
            await().until(() -> besides.get() > before + 1);
            used[0] = 0.1;
            fails[0] = false;
            await().until(() -> !guarded.get("memory"));
        }
    }

    @Test
    void a_webhook_that_can_never_be_called_is_refused_at_the_start() {
        assertThat(catchThrowable(() -> new Webhook("http://my_host/x", List.of(), 1)))
                .hasMessageContaining("alarms.webhook: ");
        assertThat(catchThrowable(() -> new Webhook("ftp://host/x", List.of(), 1)))
                .hasMessageContaining("alarms.webhook: ");
        assertThat(catchThrowable(() -> new Webhook("http://host/x", List.of("banned", "bannd"), 1)))
                .hasMessageContaining("alarms.webhook_events: there is no event bannd");
    }

    @Test
    void an_alarm_is_retained_below_sys_while_it_is_active() throws IOException {
        Queue<Map.Entry<String, String>> published = new ConcurrentLinkedQueue<>();
        try (Alarms alarms = alarms(Options.DEFAULTS)) {
            alarms.on(new SecurityEvent.Scarce("disk", true, "10 MiB are free"));
            await().until(() -> alarms.active().containsKey("scarce/disk"));
            alarms.publisher((topic, payload) ->
                    published.add(Map.entry(topic, new String(payload, StandardCharsets.UTF_8))));
            alarms.on(new SecurityEvent.Scarce("disk", false, "10 GiB are free"));
            await().until(() -> alarms.active().isEmpty());
            assertThat(alarms.count("scarce")).isEqualTo(2);
            assertThat(alarms.figures()).anySatisfy(figure -> {
                assertThat(figure.name()).isEqualTo("tern_events_total");
                assertThat(figure.read("scarce")).isEqualTo(2);
                assertThat(figure.values()).hasSameSizeAs(SecurityEvent.class.getPermittedSubclasses());
            });
        }
        assertThat(published).hasSize(2);
        assertThat(published.poll()).satisfies(first -> {
            assertThat(first.getKey()).isEqualTo("$SYS/broker/alarms/scarce/disk");
            assertThat(first.getValue()).contains("10 MiB are free");
        });
        assertThat(published.poll()).isEqualTo(Map.entry("$SYS/broker/alarms/scarce/disk", ""));
    }

    @Test
    void a_webhook_gets_the_events_asked_for_also_at_the_second_attempt() throws IOException {
        Queue<String> bodies = new ConcurrentLinkedQueue<>();
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean fails = requests.incrementAndGet() == 1;
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!fails) {
                bodies.add(body);
            }
            exchange.sendResponseHeaders(fails ? 500 : 204, -1);
            exchange.close();
        });
        server.start();
        try (Webhook webhook = new Webhook(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/x", List.of("banned"), 1)) {
            webhook.offer(new SecurityEvent.LoginAccepted(CLIENT), 1);
            webhook.offer(new SecurityEvent.Banned("user", "eve", "me", "why", 5), 1);
            webhook.offer(new SecurityEvent.Banned("user", "bob", "me", "why", 5), 1);

            await().until(() -> bodies.size() == 2);
            assertThat(bodies.poll()).contains("\"value\":\"eve\"", "\"until\":5");
            assertThat(webhook.lost()).isZero();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void what_runs_out_keeps_new_connections_out_until_there_is_a_little_more_again() {
        double[] used = {0.5};
        long[] free = {Long.MAX_VALUE};
        long[] dropped = {0};
        List<SecurityEvent> events = new ArrayList<>();
        List<String> guarded = new ArrayList<>();
        Resources resources = new Resources(
                new Resources.Probes(() -> used[0], () -> 0, () -> free[0], () -> dropped[0]),
                (what, now) -> guarded.add(what + " " + now),
                events::add,
                () -> { });

        resources.look();
        used[0] = 0.93;
        resources.look();
        used[0] = 0.90;
        resources.look();
        assertThat(guarded).containsExactly("memory true");
        used[0] = 0.86;
        resources.look();
        assertThat(guarded).containsExactly("memory true", "memory false");
        free[0] = 1 << 20;
        dropped[0] = 7;
        resources.look();
        for (int second = 0; second < 59; second++) {
            resources.look();
        }
        dropped[0] = 9; // Goes on, so it is the same alarm.
        for (int second = 0; second < 61; second++) {
            resources.look();
        }

        assertThat(events).containsExactly(
                new SecurityEvent.Scarce("memory", true, "93 % of the heap is in use after a collection"),
                new SecurityEvent.Scarce("memory", false, "86 % of the heap is in use after a collection"),
                new SecurityEvent.Scarce("disk", true, "1 MiB are free where the data lies"),
                new SecurityEvent.QueuesFull(true, 7),
                new SecurityEvent.QueuesFull(false, 9));
    }
}
