package io.tern.broker;

import io.tern.api.Figure;
import io.tern.broker.quota.Kind;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import io.tern.wire.PacketType;
import io.tern.wire.ReasonCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// The figures of a broker: what its shards count each for itself, added up when somebody reads it.
final class BrokerFigures {

    private static final Set<PacketType> RECEIVED = EnumSet.of(
            PacketType.CONNECT, PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP,
            PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE, PacketType.PINGREQ, PacketType.DISCONNECT, PacketType.AUTH);
    private static final Set<PacketType> SENT = EnumSet.of(
            PacketType.CONNACK, PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP,
            PacketType.SUBACK, PacketType.UNSUBACK, PacketType.PINGRESP, PacketType.DISCONNECT, PacketType.AUTH);

    private final Broker broker;
    private final List<Counters> counters;

    private BrokerFigures(Broker broker, List<Counters> counters) {
        this.broker = broker;
        this.counters = List.copyOf(counters);
    }

    static List<Figure> of(Broker broker, List<Counters> counters) {
        BrokerFigures figures = new BrokerFigures(broker, counters);
        return Stream.of(figures.clients(), figures.messages(), figures.held(), figures.rules())
                .flatMap(List::stream)
                .toList();
    }

    private List<Figure> clients() {
        return List.of(
                Figure.gauge("tern_connections_open", "Connections that are open, with CONNECT or not yet.",
                        level(Counters.Level.CONNECTIONS)),
                Figure.counter("tern_connections_total", "Connections that were taken.",
                        event(Counters.Event.CONNECTIONS)),
                Figure.counter("tern_connections_not_admitted_total",
                        "Connections closed at once: bans, limits, a machine that has nothing left.",
                        broker.security().defence()::notAdmitted),
                Figure.counter("tern_connects_refused_total", "CONNECT packets refused, by reason code.", "reason",
                        family(Arrays.stream(ReasonCode.values())
                                .filter(code -> code.isError() && code.allowedIn(PacketType.CONNACK))
                                .toList(), reason -> sum(shard -> shard.refused(reason)))),
                Figure.counter("tern_connections_moved_total", "Connections that moved to the shard of their session.",
                        event(Counters.Event.MOVED)),
                Figure.counter("tern_connection_faults_total", "Connections closed for bytes that are no MQTT.",
                        event(Counters.Event.FAULTS)),
                Figure.counter("tern_connections_shed_total",
                        "Connections closed to make room in memory, since they left most unread.",
                        event(Counters.Event.SHED)),
                Figure.gauge("tern_sessions", "Sessions, by whether their clients are connected.", "state",
                        ordered("connected", this::connected, "absent", level(Counters.Level.ABSENT_SESSIONS))),
                Figure.counter("tern_sessions_expired_total", "Sessions to which nobody came back in time.",
                        event(Counters.Event.EXPIRED)),
                Figure.gauge("tern_subscriptions", "Subscriptions, a shared group counting as one.",
                        broker::subscriptions),
                Figure.gauge("tern_shared_groups", "Shared groups that have members.", () -> broker.groups().size()),
                Figure.gauge("tern_shared_members", "Members of all shared groups.",
                        () -> broker.groups().members()));
    }

    private Map<String, DoubleSupplier> delayedDrops() {
        Map<String, DoubleSupplier> drops = new LinkedHashMap<>();
        drops.put("expired", event(Counters.Event.DELAYED_EXPIRED));
        drops.put("not_authorized", event(Counters.Event.DELAYED_DENIED));
        drops.put("unreachable", event(Counters.Event.DELAYED_UNREACHABLE));
        drops.put("cancelled", event(Counters.Event.DELAYED_CANCELLED));
        return drops;
    }

    private double connected() {
        return Math.max(0, broker.sessions() - level(Counters.Level.ABSENT_SESSIONS).getAsDouble());
    }

    private List<Figure> messages() {
        List<Integer> qualities = List.of(0, 1, 2);
        return List.of(
                Figure.counter("tern_publish_received_total", "PUBLISH packets received, by quality of service.",
                        "qos", family(qualities, qos -> sum(shard -> shard.traffic().received(qos)))),
                Figure.counter("tern_publish_sent_total", "PUBLISH packets sent, by quality of service.", "qos",
                        family(qualities, qos -> sum(shard -> shard.traffic().sent(qos)))),
                Figure.counter("tern_packets_received_total", "Other packets received, by type.", "type",
                        family(RECEIVED, type -> sum(shard -> shard.traffic().received(type)))),
                Figure.counter("tern_packets_sent_total", "Other packets sent, by type.", "type",
                        family(SENT, type -> sum(shard -> shard.traffic().sent(type)))),
                Figure.counter("tern_received_bytes_total", "Bytes of MQTT received, without TLS and WebSocket.",
                        sum(shard -> shard.traffic().receivedBytes())),
                Figure.counter("tern_sent_bytes_total", "Bytes of MQTT sent, without TLS and WebSocket.",
                        sum(shard -> shard.traffic().sentBytes())),
                Figure.counter("tern_messages_routed_total", "Messages taken from clients and brought on their way.",
                        event(Counters.Event.PUBLISHED)),
                Figure.counter("tern_messages_rejected_total",
                        "Messages not taken: topic or payload beyond a limit, no room, or too many of our own wait.",
                        event(Counters.Event.REJECTED)),
                Figure.counter("tern_deliveries_dropped_total", "Deliveries dropped, by reason.", "reason",
                        family(List.of(DropReason.values()), reason -> sum(shard -> shard.of(reason)))),
                Figure.counter("tern_acknowledged_dropped_total",
                        "Deliveries dropped that had been acknowledged to the publisher: a queue was full.",
                        event(Counters.Event.ACKNOWLEDGED_DROPPED)));
    }

    private List<Figure> held() {
        return List.of(
                Figure.gauge("tern_retained_messages", "Topics with a retained message.", broker::retainedMessages),
                Figure.gauge("tern_retained_bytes", "What the retained messages take.",
                        () -> broker.retained().heldBytes()),
                Figure.gauge("tern_retained_on_disk_messages", "Retained messages that are on disk only.",
                        broker::retainedStubs),
                Figure.gauge("tern_retained_memory_bytes", "What the retained messages take that are in memory.",
                        broker::retainedMemoryBytes),
                Figure.counter("tern_retained_read_total", "Retained messages read back from the disk.",
                        event(Counters.Event.RETAINED_READ)),
                Figure.counter("tern_retained_missing_total", "Retained messages that were not found on the disk.",
                        event(Counters.Event.RETAINED_MISSING)),
                Figure.counter("tern_retained_expired_total", "Retained messages that have expired.",
                        event(Counters.Event.RETAINED_EXPIRED)),
                Figure.counter("tern_retained_refused_total", "Messages not retained, since a limit was reached.",
                        event(Counters.Event.RETAINED_REFUSED)),
                Figure.gauge("tern_delayed_messages", "Messages that wait for their time.",
                        () -> broker.delayed().messages()),
                Figure.gauge("tern_delayed_bytes", "What these take.", () -> broker.delayed().bytes()),
                Figure.counter("tern_delayed_fired_total", "Messages that went on when their time had come.",
                        event(Counters.Event.DELAYED_FIRED)),
                Figure.counter("tern_delayed_dropped_total",
                        "Messages that have waited for their time and did not go on, by reason.", "reason",
                        delayedDrops()),
                Figure.counter("tern_delayed_refused_total",
                        "Messages to wait for their time that were not taken: a limit was reached.",
                        event(Counters.Event.DELAYED_REFUSED)),
                Figure.counter("tern_acks_held_total",
                        "Answers to publishers that were held since a receiver's queue was over half full.",
                        event(Counters.Event.ACKS_HELD)),
                Figure.counter("tern_acks_held_in_vain_total",
                        "Times that answers were held as long as they may be, and the queue was over half full still.",
                        event(Counters.Event.ACKS_HELD_IN_VAIN)),
                Figure.gauge("tern_queued_messages", "Places of messages in the queues in memory.",
                        level(Counters.Level.QUEUED_MESSAGES)),
                Figure.gauge("tern_queued_bytes", "What the queues take in memory.",
                        level(Counters.Level.QUEUED_BYTES)),
                Figure.gauge("tern_queued_disk_bytes", "About what waits in queues on disk only.",
                        level(Counters.Level.SPILLED_BYTES)),
                Figure.gauge("tern_memory_held_bytes", "What all clients together make the broker keep.",
                        broker::heldBytes),
                Figure.gauge("tern_memory_limit_bytes", "Most of that, see limits.memory_bytes.",
                        () -> broker.memory().limitBytes()),
                Figure.gauge("tern_durability_info", "How safe acknowledged messages are, as the label says.", "mode",
                        Map.of(broker.durability(), () -> 1)),
                Figure.gauge("tern_disk_full", "1 while what would have to be kept is refused for want of disk.",
                        () -> broker.store().full() ? 1 : 0));
    }

    private List<Figure> rules() {
        return List.of(
                Figure.counter("tern_denied_total", "Requests that the rules of who may do what have denied.",
                        event(Counters.Event.DENIED)),
                Figure.counter("tern_throttled_total",
                        "Times that a client was read more slowly: it published too fast.",
                        event(Counters.Event.THROTTLED)),
                Figure.counter("tern_over_quota_total",
                        "Times that a user, or an address, was refused something for having too much, by what.", "kind",
                        family(List.of(Kind.values()), kind -> () -> broker.quotas().refused(kind))),
                Figure.gauge("tern_owners", "Users, and addresses of clients without one, for whom something is kept.",
                        () -> broker.quotas().owners()),
                Figure.counter("tern_irregularities_total", "Rules broken that a listener lets its clients break.",
                        event(Counters.Event.IRREGULARITIES)),
                Figure.counter("tern_p2p_unknown_total", "Messages to one client that had no session.",
                        event(Counters.Event.P2P_UNKNOWN)),
                Figure.counter("tern_bugs_total", "Mistakes of the broker; each ended one connection.",
                        event(Counters.Event.BUGS)),
                Figure.counter("tern_sys_skipped_total", "Times that $SYS was not told: what came before still waited.",
                        event(Counters.Event.SYS_SKIPPED)));
    }

    private DoubleSupplier sum(ToDoubleFunction<Counters> reading) {
        return () -> counters.stream().mapToDouble(reading).sum();
    }

    private DoubleSupplier event(Counters.Event event) {
        return sum(shard -> shard.of(event));
    }

    private DoubleSupplier level(Counters.Level level) {
        return sum(shard -> shard.of(level));
    }

    private static <T> Map<String, DoubleSupplier> family(
            Iterable<T> members, Function<T, DoubleSupplier> reading) {
        Map<String, DoubleSupplier> family = new LinkedHashMap<>();
        members.forEach(each -> family.put(each.toString().toLowerCase(Locale.ROOT), reading.apply(each)));
        return family;
    }

    private static Map<String, DoubleSupplier> ordered(
            String first, DoubleSupplier reading, String second, DoubleSupplier other) {
        Map<String, DoubleSupplier> both = new LinkedHashMap<>();
        both.put(first, reading);
        both.put(second, other);
        return both;
    }
}
