package io.tern.broker.options;

import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.engine.rules.Limits;
import java.time.Duration;
import java.util.List;

/// The settings of the broker itself.
public final class BrokerOptions {

    private static final long MIB = 1024 * 1024;
    private static final Duration NO_TIME = Duration.ZERO;

    /// Shards.
    public static final Option<Integer> SHARDS = Option.integer(
            "shards", 0, 0, 60, "threads", "How many threads serve connections; 0 for one per processor.");

    /// Largest packet.
    public static final Option<Long> PACKET_BYTES = Option.bytes(
            "limits.packet_bytes", 2 * MIB, 1024, 268_435_460, "Largest packet taken from a client.");

    /// Receive Maximum.
    public static final Option<Integer> RECEIVE_MAXIMUM = Option.integer(
            "limits.receive_maximum",
            1024,
            1,
            65_535,
            "messages",
            "Most QoS 1 and QoS 2 messages that a client may have unanswered. A client of MQTT 5.0 that sends more is"
                    + " closed; one of 3.x is read more slowly.");

    /// In-flight window.
    public static final Option<Integer> IN_FLIGHT = Option.integer(
            "limits.in_flight_messages",
            65_535,
            1,
            65_535,
            "messages",
            "Most QoS 1 and QoS 2 messages sent to a client and not answered by it, if that client answers so many in"
                    + " two round trips, or in one and 50 ms. They take at most half of limits.queue_bytes.");

    /// In-flight window at first.
    public static final Option<Integer> IN_FLIGHT_FIRST = Option.integer(
            "limits.in_flight_first_messages",
            256,
            1,
            65_535,
            "messages",
            "How many of these there may be, whatever they take, before a client has shown how fast it answers.");

    /// Topic Alias Maximum.
    public static final Option<Integer> TOPIC_ALIAS_MAXIMUM = Option.integer(
            "limits.topic_alias_maximum", 32, 0, 65_535, "aliases", "Highest topic alias a client may use.");

    /// Aliases towards clients.
    public static final Option<Integer> TOPIC_ALIASES_USED = Option.integer(
            "limits.topic_aliases_used",
            32,
            0,
            1024,
            "aliases",
            "Most topic aliases used towards one client that takes them; they go to the topics that save most bytes.");

    /// What aliases are used for.
    public static final Option<Integer> TOPIC_ALIASES_QOS = Option.integer(
            "limits.topic_aliases_maximum_qos",
            1,
            0,
            2,
            "",
            "Highest QoS of the messages for which they are used. 2 saves bytes there, too, but some clients, such as"
                    + " MQTT.js, then lose the topic of such a message.");

    /// Depth of topics.
    public static final Option<Integer> TOPIC_LEVELS = Option.integer(
            "limits.topic_levels", 1024, 1, 65_536, "levels", "Most levels of a topic or filter.");

    /// Length of topics.
    public static final Option<Integer> TOPIC_BYTES = Option.integer(
            "limits.topic_bytes", 65_535, 1, 65_535, "bytes", "Longest topic or filter.");

    /// Messages to one client.
    public static final Option<Boolean> POINT_TO_POINT = Option.bool(
            "p2p.enabled",
            true,
            "Whether a message may go to one client alone, by `$p2p/{client identifier}/{topic}`; if not, nobody may"
                    + " publish there.");

    /// Overlapping subscriptions.
    public static final Option<Boolean> ONE_COPY_EACH = Option.bool(
            "overlapping_subscriptions_one_copy_each",
            false,
            "Whether a client whose subscriptions overlap gets one copy of a message for each that matches, instead of"
                    + " one copy in all.");

    /// Response information.
    public static final Option<String> RESPONSE_INFORMATION = Option.text(
            "response_information",
            "",
            "What a client of MQTT 5.0 is told that asks for response information, e.g. reply/${clientid}; nothing if"
                    + " empty.");

    /// Where clients are sent.
    public static final Option<String> SERVER_REFERENCE = Option.text(
            "redirect.server_reference", "", "Another server, to which all clients are sent; none if empty.");

    /// Whether for good.
    public static final Option<Boolean> SERVER_MOVED = Option.bool(
            "redirect.permanent",
            false,
            "Whether clients that are sent elsewhere are told to stay there (0x9D) or to come back later (0x9C).");

    /// Longest keep-alive.
    public static final Option<Integer> KEEP_ALIVE_MAXIMUM = Option.integer(
            "limits.keep_alive_seconds",
            0,
            0,
            65_535,
            "s",
            "Longest keep-alive granted to clients of MQTT 5.0; 0 for any, also none.");

    /// Longest session expiry.
    public static final Option<Duration> SESSION_EXPIRY = Option.duration(
            "limits.session_expiry",
            Duration.ofDays(7),
            NO_TIME,
            Duration.ofSeconds(Limits.NEVER_EXPIRES),
            "How long a session may outlive its connection.");

    /// Queue of a session.
    public static final Option<Long> QUEUE_BYTES = Option.bytes(
            "limits.queue_bytes",
            8 * MIB,
            64 * 1024,
            1L << 40,
            "Most bytes of messages queued in memory for one session, or one shared group. What is kept on disk as well"
                    + " stays there when this is full; otherwise the oldest message is dropped. QoS 0 for a slow"
                    + " receiver takes at most half of it.");

    /// Queue of a session on disk.
    public static final Option<Long> QUEUE_DISK_BYTES = Option.bytes(
            "limits.queue_disk_bytes",
            256 * MIB,
            64 * 1024,
            1L << 50,
            "Most bytes of messages queued for one session that outlives its connection, in memory and on disk"
                    + " together. When it is full the oldest message is dropped, although it was acknowledged.");

    /// Queue of a session, counted.
    public static final Option<Integer> QUEUE_MESSAGES = Option.integer(
            "limits.queue_messages",
            0,
            0,
            Integer.MAX_VALUE,
            "messages",
            "Most messages of QoS 1 and 2 that wait for one session, or one shared group, in memory and on disk"
                    + " together; 0 for any number.");

    /// Full queues, by topic.
    public static final Option<String> WHEN_FULL_BY_TOPIC = Option.text(
            "limits.when_full_by_topic",
            "",
            "What becomes of a message for a session, or a shared group, whose queue is full, as FILTER=WORD,"
                    + " FILTER=WORD, ...; the first filter that matches counts. Words: drop_oldest (what holds for all"
                    + " others), drop_newest, latest_per_topic (only the latest message of each topic waits),"
                    + " disconnect (as drop_newest, and the client is sent away; a group's members are not), slow (as"
                    + " drop_oldest, and with a queue over half full publishers get their answers up to"
                    + " limits.hold_ack later).");

    /// Priorities, by topic.
    public static final Option<String> PRIORITY_BY_TOPIC = Option.text(
            "queue.priority_by_topic",
            "",
            "Which messages go first of those of QoS 1 and 2 that wait for one session, or one shared group, as"
                    + " FILTER=NUMBER, FILTER=NUMBER, ...; the first filter that matches counts. Numbers: 0 to 255,"
                    + " 16 different ones at most; higher goes first, and what is lower is dropped first where a queue"
                    + " is full. After 64 that went before an older one, that one goes.");

    /// Priority of other topics.
    public static final Option<Integer> PRIORITY_DEFAULT = Option.integer(
            "queue.priority_default",
            0,
            0,
            255,
            "",
            "The priority of topics that no filter of queue.priority_by_topic matches.");

    /// Answers to publishers, where a queue is over half full.
    public static final Option<Duration> HOLD_ACK = Option.duration(
            "limits.hold_ack",
            Duration.ofMillis(250),
            NO_TIME,
            Duration.ofSeconds(10),
            "How long the answer to a publisher is held at most, while the queue of a connected receiver is over half"
                    + " full and the topic is slow in limits.when_full_by_topic; 0s for never.");

    /// Durability, by topic.
    public static final Option<String> DURABILITY_BY_TOPIC = Option.text(
            "durability_by_topic",
            "",
            "How safe messages are before they are acknowledged, as FILTER=WORD, FILTER=WORD, ...; the first filter"
                    + " that matches counts. Words: sync (on the disk, what holds for all others), os (with the"
                    + " operating system: outlives the process, not the power), none (in memory).");

    /// Client identifiers.
    public static final Option<Integer> CLIENT_ID_LENGTH = Option.integer(
            "limits.client_id_length", 65_535, 23, 65_535, "characters", "Longest client identifier.");

    /// Deadline of CONNECT.
    public static final Option<Duration> CONNECT_TIMEOUT = Option.duration(
            "limits.connect_timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            "How long a new connection may take until its CONNECT is there, and then until it is let in.");

    /// Retained messages.
    public static final Option<Long> RETAINED_BYTES = Option.bytes(
            "limits.retained_bytes",
            512 * MIB,
            0,
            1L << 40,
            "Most bytes of retained messages. One that does not fit is delivered, but not retained.");

    /// Retained messages in memory.
    public static final Option<Long> RETAINED_MEMORY_BYTES = Option.bytes(
            "limits.retained_memory_bytes",
            0,
            0,
            1L << 40,
            "Most bytes of retained messages that are kept in memory; what is more is on disk only, and is read when"
                    + " somebody subscribes. 0 for a quarter of limits.memory_bytes. With durability none all of"
                    + " them are in memory.");

    /// Count of retained messages.
    public static final Option<Integer> RETAINED_MESSAGES = Option.integer(
            "limits.retained_messages",
            0,
            0,
            Integer.MAX_VALUE,
            "messages",
            "Most retained messages; 0 for any number. One too many is delivered, but not retained.");

    /// Subscriptions of a client.
    public static final Option<Integer> SUBSCRIPTIONS = Option.integer(
            "limits.subscriptions",
            100_000,
            0,
            1_000_000,
            "subscriptions",
            "Most subscriptions of one client; 0 for any number. What is too much is refused with 0x97.");

    /// Shared subscriptions of a client.
    public static final Option<Integer> SHARED_SUBSCRIPTIONS = Option.integer(
            "limits.shared_subscriptions",
            10_000,
            0,
            1_000_000,
            "subscriptions",
            "Most shared subscriptions of one client; 0 for any number. What is too much is refused with 0x97.");

    /// Wildcards of a filter.
    public static final Option<Integer> FILTER_WILDCARDS = Option.integer(
            "limits.filter_wildcards", 0, 0, 1024, "wildcards", "Most wildcards in one filter; 0 for any number.");

    /// Memory for clients.
    public static final Option<Long> MEMORY_BYTES = Option.bytes(
            "limits.memory_bytes",
            0,
            0,
            1L << 40,
            "Most bytes that all clients together may make the broker keep: queued and retained messages, wills,"
                    + " sessions, subscriptions, packets that are not complete. The less of it is left, the less a"
                    + " single queue may hold: half of what is left. 0 for two fifths of the heap.");

    private BrokerOptions() {}

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(
                SHARDS,
                PACKET_BYTES,
                RECEIVE_MAXIMUM,
                IN_FLIGHT,
                IN_FLIGHT_FIRST,
                TOPIC_ALIAS_MAXIMUM,
                TOPIC_ALIASES_USED,
                TOPIC_ALIASES_QOS,
                TOPIC_LEVELS,
                TOPIC_BYTES,
                KEEP_ALIVE_MAXIMUM,
                SESSION_EXPIRY,
                QUEUE_BYTES,
                QUEUE_DISK_BYTES,
                QUEUE_MESSAGES,
                WHEN_FULL_BY_TOPIC,
                PRIORITY_BY_TOPIC,
                PRIORITY_DEFAULT,
                HOLD_ACK,
                DURABILITY_BY_TOPIC,
                MEMORY_BYTES,
                CLIENT_ID_LENGTH,
                CONNECT_TIMEOUT,
                RETAINED_BYTES,
                RETAINED_MEMORY_BYTES,
                RETAINED_MESSAGES,
                SUBSCRIPTIONS,
                SHARED_SUBSCRIPTIONS,
                FILTER_WILDCARDS,
                POINT_TO_POINT,
                ONE_COPY_EACH,
                RESPONSE_INFORMATION,
                SERVER_REFERENCE,
                SERVER_MOVED);
    }

    /// How much all clients together may make the server hold.
    ///
    /// @param options values of these
    /// @return bytes, above 0
    public static long memoryBytes(Options options) {
        long bytes = options.get(MEMORY_BYTES);
        return bytes > 0 ? bytes : Runtime.getRuntime().maxMemory() / 5 * 2;
    }

    /// How much of the retained messages may be in memory where there is a store.
    ///
    /// @param options values of these
    /// @return bytes, above 0
    public static long retainedMemoryBytes(Options options) {
        long bytes = options.get(RETAINED_MEMORY_BYTES);
        return bytes > 0 ? bytes : memoryBytes(options) / 4;
    }

    /// The bounds set for each client.
    ///
    /// @param options values of these
    /// @param measures how many packet identifiers are used
    /// @return what the engine goes by
    public static Limits limits(Options options, Measures measures) {
        return new Limits(
                Math.toIntExact(options.get(PACKET_BYTES)),
                options.get(RECEIVE_MAXIMUM),
                options.get(IN_FLIGHT),
                options.get(IN_FLIGHT_FIRST),
                options.get(TOPIC_ALIAS_MAXIMUM),
                options.get(TOPIC_ALIASES_USED),
                options.get(TOPIC_ALIASES_QOS),
                options.get(TOPIC_LEVELS),
                options.get(TOPIC_BYTES),
                options.get(KEEP_ALIVE_MAXIMUM),
                options.get(SESSION_EXPIRY).toSeconds(),
                options.get(QUEUE_BYTES),
                options.get(QUEUE_DISK_BYTES),
                options.get(QUEUE_MESSAGES),
                options.get(CLIENT_ID_LENGTH),
                options.get(CONNECT_TIMEOUT).toMillis(),
                measures.packetIds(),
                options.get(POINT_TO_POINT),
                options.get(DelayedOptions.ENABLED));
    }
}
