package io.tern.admin.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Backups;
import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.ConnectionInfo;
import io.tern.api.Figure;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.broker.access.Authorization;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.later.DelayedRequests;
import io.tern.broker.later.DelayedTally;
import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Commands in JSON.
class CommandsTest {

    private static final ClientInfo ADMIN = new ClientInfo("c", "admin", MqttVersion.V5,
            new ConnectionInfo("mqtt", "tcp", new InetSocketAddress("10.1.2.3", 4711)));

    private final Bans bans = new Bans();
    private final List<Ban> closed = new ArrayList<>();
    private final List<SecurityEvent> events = new ArrayList<>();
    private long nowMillis = 1_000_000;
    private boolean broken;
    private Error thrown;
    private boolean diskFull;
    private List<Ban> saved;
    private final Commands commands = new Commands(
            bans,
            new Authorization(),
            () -> {
                if (thrown != null) {
                    throw thrown;
                }
                if (broken) {
                    throw new ConfigException(List.of("tern.yaml:1: x: unknown key"));
                }
            },
            () -> {
                if (diskFull) {
                    throw new IOException("No space left on device");
                }
                saved = bans.list(nowMillis);
            },
            closed::add,
            () -> Map.of("queues_full", Map.of("active", true)),
            () -> List.of(
                    Figure.gauge("tern_open", "Open.", () -> 3),
                    Figure.counter("tern_drops_total", "Drops.", "reason", Map.of("full", () -> 0.25))),
            () -> Backups.NONE,
            () -> new DelayedRequests(new DelayedTally(Options.DEFAULTS, null, bytes -> { }), () -> nowMillis, null),
            events::add,
            () -> nowMillis);

    @AfterEach
    void close() {
        commands.close();
    }

    private String ask(String request) {
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        commands.request(ADMIN, request.getBytes(StandardCharsets.UTF_8), reply::complete);
        return new String(reply.orTimeout(20, TimeUnit.SECONDS).join(), StandardCharsets.UTF_8);
    }

    private String one(String command) {
        return ask("{\"commands\":[" + command + "]}");
    }

    @Test
    void bans_are_made_listed_and_ended() {
        assertThat(one("{\"command\":\"addBan\",\"kind\":\"user\",\"value\":\"e\\\"ve\",\"seconds\":60,"
                + "\"reason\":\"spam\",\"correlationData\":\"7\"}"))
                .isEqualTo("{\"responses\":[{\"command\":\"addBan\",\"correlationData\":\"7\"}]}");
        assertThat(closed).hasSize(1);
        assertThat(one("{\"command\":\"listBans\"}")).contains("{\"kind\":\"user\",\"value\":\"e\\\"ve\","
                + "\"by\":\"admin\",\"reason\":\"spam\",\"at\":1000000,\"until\":1060000}");
        assertThat(one("{\"command\":\"removeBan\",\"kind\":\"user\",\"value\":\"e\\\"ve\"}")).doesNotContain("error");
        assertThat(one("{\"command\":\"removeBan\",\"kind\":\"user\",\"value\":\"eve\"}"))
                .contains("\"error\":\"there is no such ban\"");
        assertThat(events).hasSize(2).first().isEqualTo(
                new SecurityEvent.Administered(ADMIN, "addBan", "user e\"ve"));
    }

    @Test
    void figures_are_read_when_asked_for() {
        assertThat(one("{\"command\":\"getFigures\"}")).isEqualTo("{\"responses\":[{\"command\":\"getFigures\","
                + "\"data\":{\"figures\":[{\"name\":\"tern_open\",\"kind\":\"gauge\",\"help\":\"Open.\",\"value\":3},"
                + "{\"name\":\"tern_drops_total\",\"kind\":\"counter\",\"help\":\"Drops.\",\"label\":\"reason\","
                + "\"values\":{\"full\":0.25}}]}}]}");
    }

    @Test
    void messages_that_wait_are_listed_and_cancelled() {
        assertThat(one("{\"command\":\"listDelayed\",\"client\":\"c\",\"topic\":\"a/#\",\"limit\":5}"))
                .isEqualTo("{\"responses\":[{\"command\":\"listDelayed\",\"data\":{\"messages\":[]}}]}");
        assertThat(one("{\"command\":\"listDelayed\",\"from\":\"x\"}")).contains("'x' names no message");
        assertThat(one("{\"command\":\"listDelayed\",\"topic\":\"a/#/b\"}")).contains("\"error\"");
        assertThat(one("{\"command\":\"listDelayed\",\"limit\":1001}")).contains("\"error\"");
        assertThat(one("{\"command\":\"cancelDelayed\",\"id\":\"1-2\"}")).contains("there is no such message");
        assertThat(one("{\"command\":\"cancelDelayed\"}")).contains("'' names no message");
        assertThat(events).isEmpty();
    }

    @Test
    void several_commands_are_carried_out_in_order_and_a_wrong_one_stops_no_other() {
        String reply = ask("{\"commands\":[{\"command\":\"addBan\",\"kind\":\"zone\",\"value\":\"x\"},"
                + "{\"command\":\"no\"},{\"command\":\"listAlarms\"},{\"command\":\"addBan\",\"knd\":\"user\"}]}");

        assertThat(reply).contains(
                "\"error\":\"'zone' is none of client, user, address, client_regex, user_regex\"",
                "\"error\":\"unknown command; there are listBans",
                "\"data\":{\"alarms\":{\"queues_full\":{\"active\":true}}}",
                "knd: unknown key; did you mean kind?");
    }

    @Test
    void what_is_no_request_is_told_so() {
        assertThat(ask("nonsense: [")).contains("\"error\"");
        assertThat(ask("{}")).contains("expected {\\\"commands\\\": [...]}");
        assertThat(ask("{\"commands\":[]} x")).contains("\"error\":\"line 1, column");
        assertThat(ask("{\"commands\":[],\"commands\":[]}")).contains("\"error\"");
        assertThat(ask("commands: []")).contains("\"error\"");
        assertThat(ask("{\"commands\":[" + "1,".repeat(1_000) + "1]}")).contains("more than 1000 commands");
        assertThat(ask(" ".repeat(1024 * 1024 + 1))).contains("more than 1048576 bytes");
    }

    @Test
    void no_request_ends_the_thread_that_carries_them_out() {
        assertThat(ask("[".repeat(30_000))).contains("\"error\"");
        assertThat(ask("{\"commands\":".repeat(30_000))).contains("\"error\"");
        thrown = new StackOverflowError();
        assertThat(one("{\"command\":\"reload\",\"correlationData\":\"1\"}"))
                .contains("\"command\":\"reload\",\"error\":\"internal error\",\"correlationData\":\"1\"");
        thrown = null;
        assertThat(one("{\"command\":\"reload\"}")).isEqualTo("{\"responses\":[{\"command\":\"reload\"}]}");
    }

    @Test
    void a_configuration_is_read_again_or_it_is_said_what_is_wrong_with_it() {
        assertThat(one("{\"command\":\"reload\"}")).doesNotContain("error");
        broken = true;
        assertThat(one("{\"command\":\"reload\"}")).contains("\"error\":\"tern.yaml:1: x: unknown key\"");
    }

    @Test
    void access_is_explained() {
        assertThat(one("{\"command\":\"explainAccess\",\"topic\":\"a\",\"action\":\"subscribe\",\"user\":\"ann\"}"))
                .contains("\"decision\":\"allow\",\"rules\":[\"allow: there are no rules\"]");
        assertThat(one("{\"command\":\"explainAccess\"}")).contains("topic: has to be given");
    }

    @Test
    void a_ban_is_written_before_it_is_answered_or_it_is_said_that_it_cannot() {
        one("{\"command\":\"addBan\",\"kind\":\"user\",\"value\":\"eve\"}");
        assertThat(saved).singleElement().extracting(Ban::value).isEqualTo("eve");
        diskFull = true;
        assertThat(one("{\"command\":\"removeBan\",\"kind\":\"user\",\"value\":\"eve\"}"))
                .contains("it can't be written: No space left on device");
        assertThat(bans.list(nowMillis)).isEmpty();
    }

    @Test
    void no_name_server_is_asked_where_an_address_comes_from() {
        assertThat(one("{\"command\":\"explainAccess\",\"topic\":\"a\",\"address\":\"example.org\"}"))
                .contains("'example.org' is no address");
    }

    @Test
    void without_anything_on_disk_there_is_no_backup() {
        assertThat(ask("{\"commands\":[{\"command\":\"beginBackup\"}]}")).contains("keeps nothing on disk");
        assertThat(ask("{\"commands\":[{\"command\":\"readBackup\",\"backup\":\"b\",\"offset\":\"7\"}]}"))
                .contains("no backup was begun");
        assertThat(ask("{\"commands\":[{\"command\":\"readBackup\",\"backup\":\"b\",\"offset\":-1}]}"))
                .contains("error");
    }
}
