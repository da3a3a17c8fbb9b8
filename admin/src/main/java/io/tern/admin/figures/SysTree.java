package io.tern.admin.figures;

import io.tern.api.Figure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The figures as topics below `$SYS/broker/`, with mosquitto's names, meanings and texts as far as the same is counted
/// here; and the store's below `store/`, which mosquitto has no names for. For one thread at a time.
public final class SysTree {

    private static final String PREFIX = "$SYS/broker/";
    private static final double MILLIS = 1e3;

    private final Map<String, Figure> byName = new LinkedHashMap<>();
    private final Map<String, Load> loads = new LinkedHashMap<>();
    private double mostClients;
    private double mostHeapBytes;
    private long beforeMillis;

    private Map<String, String> topics;

    /// A tree that begins now.
    ///
    /// @param figures to be read: those of a broker; of the process and of a store what there is
    /// @param nowMillis the time
    public SysTree(List<Figure> figures, long nowMillis) {
        figures.forEach(each -> byName.put(each.name(), each));
        beforeMillis = nowMillis;
    }

    /// Reads all figures and moves the averages on.
    ///
    /// @param nowMillis the time
    /// @return what each topic says
    public Map<String, String> step(long nowMillis) {
        topics = new LinkedHashMap<>();
        process();
        clients();
        traffic();
        subscriptions();
        store();
        load(nowMillis);
        return topics;
    }

    private void process() {
        if (byName.containsKey("tern_build_info")) {
            say("version", "tern version " + byName.get("tern_build_info").values().getFirst());
        }
        if (byName.containsKey("tern_uptime_seconds")) {
            say("uptime", (long) read("tern_uptime_seconds") + " seconds");
        }
        if (byName.containsKey("tern_heap_used_bytes")) {
            double heapBytes = read("tern_heap_used_bytes");
            mostHeapBytes = Math.max(mostHeapBytes, heapBytes);
            say("heap/current", heapBytes);
            say("heap/maximum", mostHeapBytes);
        }
    }

    private void clients() {
        double connected = read("tern_sessions", "connected");
        double absent = read("tern_sessions", "absent");
        mostClients = Math.max(mostClients, connected + absent);
        say("clients/total", connected + absent);
        say("clients/connected", connected);
        say("clients/active", connected);
        say("clients/disconnected", absent);
        say("clients/inactive", absent);
        say("clients/maximum", mostClients);
        say("clients/expired", read("tern_sessions_expired_total"));
        say("connections/socket/count", sockets());
    }

    private double sockets() {
        return read("tern_connections_total") + read("tern_connections_not_admitted_total");
    }

    private void traffic() {
        say("bytes/received", read("tern_received_bytes_total"));
        say("bytes/sent", read("tern_sent_bytes_total"));
        say("messages/received", packets("received"));
        say("messages/sent", packets("sent"));
        say("publish/messages/received", read("tern_publish_received_total"));
        say("publish/messages/sent", read("tern_publish_sent_total"));
        say("publish/messages/dropped", dropped());
        for (String way : List.of("received", "sent")) {
            Figure packets = byName.get("tern_packets_" + way + "_total");
            packets.values().forEach(type -> say("mqtt/" + type + "/" + way, packets.read(type)));
        }
    }

    private double packets(String way) {
        return read("tern_publish_" + way + "_total") + read("tern_packets_" + way + "_total");
    }

    /// For want of room, as mosquitto counts them.
    private double dropped() {
        return read("tern_deliveries_dropped_total", "queue_full")
                + read("tern_deliveries_dropped_total", "memory_full")
                + read("tern_deliveries_dropped_total", "qos0_slow_receiver");
    }

    private void subscriptions() {
        say("subscriptions/count", read("tern_subscriptions") - read("tern_shared_groups"));
        say("shared_subscriptions/count", read("tern_shared_members"));
        say("retained messages/count", read("tern_retained_messages"));
    }

    private void store() {
        say("store/durability", byName.get("tern_durability_info").values().getFirst());
        say("store/queues/messages", read("tern_queued_messages"));
        say("store/queues/bytes", read("tern_queued_bytes"));
        say("store/queues/disk_bytes", read("tern_queued_disk_bytes"));
        say("store/queues/acknowledged_dropped", read("tern_acknowledged_dropped_total"));
        byName.forEach((name, figure) -> {
            if (name.startsWith("tern_journal_") || name.startsWith("tern_archive_")) {
                String words = name.substring("tern_".length()).replaceFirst("_total$", "");
                say("store/" + words.replaceFirst("_", "/"), figure.read());
            }
        });
    }

    private void load(long nowMillis) {
        double seconds = (nowMillis - beforeMillis) / MILLIS;
        beforeMillis = nowMillis;
        load("messages/received", packets("received"), seconds);
        load("messages/sent", packets("sent"), seconds);
        load("publish/received", read("tern_publish_received_total"), seconds);
        load("publish/sent", read("tern_publish_sent_total"), seconds);
        load("publish/dropped", dropped(), seconds);
        load("bytes/received", read("tern_received_bytes_total"), seconds);
        load("bytes/sent", read("tern_sent_bytes_total"), seconds);
        load("sockets", sockets(), seconds);
        load("connections", read("tern_packets_received_total", "connect"), seconds);
    }

    private void load(String name, double count, double seconds) {
        Load load = loads.computeIfAbsent(name, each -> new Load());
        if (seconds > 0) {
            load.step(count, seconds);
        }
        for (int i = 0; i < Load.size(); i++) {
            say("load/" + name + "/" + Load.name(i), String.format(Locale.ROOT, "%.2f", load.average(i)));
        }
    }

    private double read(String name) {
        return byName.get(name).read();
    }

    private double read(String name, String value) {
        return byName.get(name).read(value);
    }

    private void say(String topic, double number) {
        say(topic, Figure.text(number));
    }

    private void say(String topic, String text) {
        topics.put(PREFIX + topic, text);
    }
}
