package io.tern.admin.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tern.api.Figure;
import io.tern.api.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/// What stands below `$SYS/broker/`, in mosquitto's words.
class SysTreeTest {

    private final Map<String, Double> now = new HashMap<>();
    private final List<Figure> figures = new ArrayList<>();

    private void counter(String name) {
        figures.add(Figure.counter(name, "", () -> now.getOrDefault(name, 0.0)));
    }

    private void gauge(String name) {
        figures.add(Figure.gauge(name, "", () -> now.getOrDefault(name, 0.0)));
    }

    private Map<String, DoubleSupplier> family(String name, String... values) {
        Map<String, DoubleSupplier> readings = new LinkedHashMap<>();
        for (String value : values) {
            readings.put(value, () -> now.getOrDefault(name + " " + value, 0.0));
        }
        return readings;
    }

    private void counters(String name, String label, String... values) {
        figures.add(Figure.counter(name, "", label, family(name, values)));
    }

    private SysTree tree() {
        counter("tern_connections_total");
        counter("tern_connections_not_admitted_total");
        figures.add(Figure.gauge("tern_sessions", "", "state", family("tern_sessions", "connected", "absent")));
        counter("tern_sessions_expired_total");
        counter("tern_received_bytes_total");
        counter("tern_sent_bytes_total");
        for (String way : List.of("received", "sent")) {
            counters("tern_publish_" + way + "_total", "qos", "0", "1", "2");
            counters("tern_packets_" + way + "_total", "type", "connect", "puback");
        }
        counters("tern_deliveries_dropped_total", "reason",
                "queue_full", "memory_full", "expired", "qos0_slow_receiver");
        gauge("tern_subscriptions");
        gauge("tern_shared_groups");
        gauge("tern_shared_members");
        gauge("tern_retained_messages");
        figures.add(Figure.gauge("tern_durability_info", "", "mode", Map.of("sync", () -> 1)));
        gauge("tern_queued_messages");
        gauge("tern_queued_bytes");
        gauge("tern_queued_disk_bytes");
        counter("tern_acknowledged_dropped_total");
        return new SysTree(figures, 0);
    }

    private static String said(Map<String, String> topics, String topic) {
        return topics.get("$SYS/broker/" + topic);
    }

    @Test
    void names_and_texts_are_those_of_mosquitto() {
        figures.addAll(ProcessFigures.of("1.2.3"));
        SysTree tree = tree();
        now.put("tern_sessions connected", 3.0);
        now.put("tern_sessions absent", 2.0);
        now.put("tern_publish_received_total 0", 5.0);
        now.put("tern_publish_received_total 2", 1.0);
        now.put("tern_packets_received_total connect", 4.0);
        now.put("tern_packets_sent_total puback", 6.0);
        now.put("tern_connections_total", 9.0);
        now.put("tern_connections_not_admitted_total", 1.0);
        now.put("tern_deliveries_dropped_total queue_full", 1.0);
        now.put("tern_deliveries_dropped_total expired", 10.0);
        now.put("tern_deliveries_dropped_total qos0_slow_receiver", 100.0);
        now.put("tern_subscriptions", 7.0);
        now.put("tern_shared_groups", 2.0);
        now.put("tern_shared_members", 4.0);
        now.put("tern_retained_messages", 8.0);
        now.put("tern_received_bytes_total", 1e12);

        Map<String, String> topics = tree.step(10_000);

        assertThat(said(topics, "version")).isEqualTo("tern version 1.2.3");
        assertThat(said(topics, "uptime")).matches("\\d+ seconds");
        assertThat(said(topics, "clients/total")).isEqualTo("5");
        assertThat(said(topics, "clients/connected")).isEqualTo("3").isEqualTo(said(topics, "clients/active"));
        assertThat(said(topics, "clients/disconnected")).isEqualTo("2").isEqualTo(said(topics, "clients/inactive"));
        assertThat(said(topics, "publish/messages/received")).isEqualTo("6");
        assertThat(said(topics, "messages/received")).isEqualTo("10");
        assertThat(said(topics, "messages/sent")).isEqualTo("6");
        assertThat(said(topics, "publish/messages/dropped")).isEqualTo("101");
        assertThat(said(topics, "mqtt/connect/received")).isEqualTo("4");
        assertThat(said(topics, "connections/socket/count")).isEqualTo("10");
        assertThat(said(topics, "subscriptions/count")).isEqualTo("5");
        assertThat(said(topics, "shared_subscriptions/count")).isEqualTo("4");
        assertThat(said(topics, "retained messages/count")).isEqualTo("8");
        assertThat(said(topics, "bytes/received")).isEqualTo("1000000000000");
        assertThat(said(topics, "store/durability")).isEqualTo("sync");
        assertThat(Long.parseLong(said(topics, "heap/current"))).isPositive();
    }

    @Test
    void the_most_clients_stay_the_most() {
        SysTree tree = tree();
        now.put("tern_sessions connected", 3.0);
        tree.step(1000);
        now.put("tern_sessions connected", 1.0);
        assertThat(said(tree.step(2000), "clients/maximum")).isEqualTo("3");
    }

    @Test
    void averages_move_as_those_of_mosquitto_do() {
        SysTree tree = tree();
        now.put("tern_publish_received_total 1", 100.0);
        Map<String, String> first = tree.step(10_000);
        double one = 600 + Math.exp(-10.0 / 60) * (0 - 600);
        assertThat(Double.parseDouble(said(first, "load/publish/received/1min"))).isCloseTo(one, within(0.005));
        assertThat(said(first, "load/publish/received/15min")).isEqualTo("6.63");
        double two = Math.exp(-10.0 / 60) * one;
        Map<String, String> second = tree.step(20_000);
        assertThat(Double.parseDouble(said(second, "load/publish/received/1min"))).isCloseTo(two, within(0.005));
        assertThat(said(second, "load/sockets/5min")).isEqualTo("0.00");
    }

    @Test
    void the_store_has_names_of_its_own() {
        counter("tern_journal_fsyncs_total");
        gauge("tern_journal_fsync_last_seconds");
        gauge("tern_archive_lag_frames");
        SysTree tree = tree();
        now.put("tern_journal_fsyncs_total", 12.0);
        now.put("tern_journal_fsync_last_seconds", 0.00025);
        Map<String, String> topics = tree.step(1000);
        assertThat(said(topics, "store/journal/fsyncs")).isEqualTo("12");
        assertThat(said(topics, "store/journal/fsync_last_seconds")).isEqualTo("0.00025");
        assertThat(said(topics, "store/archive/lag_frames")).isEqualTo("0");
    }

    @Test
    void all_of_it_is_told_at_once_as_retained_messages() {
        List<List<Message>> told = new ArrayList<>();
        SysTopics topics = new SysTopics(this::tree, () -> 1000, told::add);
        topics.start(Duration.ZERO);
        assertThat(told).isEmpty();
        topics.publish();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).allMatch(Message::retain).anySatisfy(each -> {
            assertThat(each.topic().value()).isEqualTo("$SYS/broker/clients/connected");
            assertThat(new String(each.payload(), StandardCharsets.UTF_8)).isEqualTo("0");
        });
    }

    @Test
    void the_process_has_figures() {
        Map<String, Double> read = new HashMap<>();
        ProcessFigures.of("x").forEach(each -> read.put(each.name(), each.read()));
        assertThat(read.get("tern_uptime_seconds")).isPositive();
        assertThat(read.get("tern_heap_used_bytes")).isPositive().isLessThanOrEqualTo(read.get("tern_heap_max_bytes"));
        assertThat(read.get("tern_cpu_seconds_total")).isPositive();
        assertThat(read.get("tern_threads")).isPositive();
    }
}
