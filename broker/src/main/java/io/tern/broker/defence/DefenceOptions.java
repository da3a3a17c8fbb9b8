package io.tern.broker.defence;

import io.tern.api.AddressRange;
import io.tern.api.Option;
import io.tern.api.Options;
import java.time.Duration;
import java.util.List;

/// The settings of what is put up with. 0 stands for any number.
public final class DefenceOptions {

    private static final int MANY = 1_000_000_000;

    private static final Option<Integer> CONNECTS = count("defence.connects_per_second",
            0, "connections", "New connections a second for each listener.");
    private static final Option<Integer> CONNECTS_PER_ADDRESS = count("defence.connects_per_second_per_address",
            0, "connections", "New connections a second from one address; of IPv6 from one /64.");
    private static final Option<Integer> CONNECTIONS =
            count("defence.connections", 0, "connections", "Open connections in all.");
    private static final Option<Integer> CONNECTIONS_PER_ADDRESS =
            count("defence.connections_per_address", 0, "connections", "Open connections from one address.");
    private static final Option<Integer> CONNECTIONS_PER_USER =
            count("defence.connections_per_user", 0, "connections", "Open connections of one user.");
    private static final Option<Integer> BEFORE_DELAY = count("defence.failed_logins.before_delay", 3, "logins",
            "Failed logins of one user from one address that are put up with; after each one more the next attempt has"
                    + " to wait, and what comes too early is refused unseen.");
    private static final Option<Duration> FIRST_DELAY =
            time("defence.failed_logins.first_delay", Duration.ofSeconds(1), "For how long; twice as long each time.");
    private static final Option<Duration> LONGEST_DELAY =
            time("defence.failed_logins.longest_delay", Duration.ofMinutes(1), "But no longer than this.");
    private static final Option<Duration> WINDOW = time("defence.failed_logins.window", Duration.ofMinutes(10),
            "So long failed logins count towards a ban; after so long without one the next has to wait no more.");
    private static final Option<Integer> PER_ADDRESS = count("defence.failed_logins.per_address", 100, "logins",
            "Failed logins from one address before it is banned for a time, if they were with five names or more; each"
                    + " login from there that succeeds counts against one.");
    private static final Option<Integer> PER_USER = count("defence.failed_logins.per_user", 0, "logins",
            "Failed logins of one user before he is banned for a time; anybody can make that happen to him.");
    private static final Option<Integer> PER_CLIENT = count("defence.failed_logins.per_client", 0, "logins",
            "Failed logins of one client identifier before it is banned for a time; likewise.");
    private static final Option<Duration> BAN_TIME =
            time("defence.failed_logins.ban_time", Duration.ofMinutes(5), "How long such a ban lasts.");
    private static final Option<List<String>> NEVER_BAN = Option.addresses("defence.failed_logins.never_ban",
            List.of("127.0.0.0/8", "::1"),
            "Addresses that are never banned as a whole for failed logins, since others come from there: this"
                    + " machine's, a proxy's, a gateway's. Who goes on failing there still has to wait.");
    private static final Option<Integer> FLAPPING = count("defence.flapping.connects", 0, "connects",
            "Logins of one client and user within the window before it is kept out for a time.");
    private static final Option<Duration> FLAPPING_WINDOW =
            time("defence.flapping.window", Duration.ofMinutes(1), "That window.");
    private static final Option<Duration> FLAPPING_BAN =
            time("defence.flapping.ban_time", Duration.ofMinutes(5), "For how long.");
    private static final Option<Integer> PUBLISHES = count("defence.publishes_per_second", 0, "messages",
            "Messages a second from one client, which is read more slowly when it sends more.");
    private static final Option<Long> PUBLISH_BYTES = size("defence.publish_bytes_per_second",
            "Bytes of messages, their topics and properties included, a second from one client, likewise.");
    private static final Option<Integer> LISTENER_PUBLISHES = count("defence.listener_publishes_per_second", 0,
            "messages", "Messages a second by each listener, whose clients are read more slowly when there are more.");
    private static final Option<Long> LISTENER_PUBLISH_BYTES = size("defence.listener_publish_bytes_per_second",
            "Bytes of messages, their topics and properties included, a second by each listener, likewise.");
    private static final Option<DefenceLimits.Excess> EXCESS = Option.choice("defence.publish_excess",
            DefenceLimits.Excess.PAUSE,
            "What becomes of messages beyond these four. pause: their client is read more slowly, and loses nothing."
                    + " refuse: they are not taken; a client of MQTT 5.0 is told so at once with 0x97 in PUBACK or"
                    + " PUBREC, and at QoS 0 they are dropped and counted. Clients of 3.x, which have no word for"
                    + " it, are read more slowly either way.");

    private DefenceOptions() {}

    private static Option<Integer> count(String key, int value, String unit, String meaning) {
        return Option.integer(key, value, 0, MANY, unit, meaning);
    }

    private static Option<Duration> time(String key, Duration value, String meaning) {
        return Option.duration(key, value, Duration.ofMillis(1), Duration.ofDays(365), meaning);
    }

    private static Option<Long> size(String key, String meaning) {
        return Option.bytes(key, 0, 0, 1L << 40, meaning);
    }

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(CONNECTS, CONNECTS_PER_ADDRESS, CONNECTIONS, CONNECTIONS_PER_ADDRESS, CONNECTIONS_PER_USER,
                BEFORE_DELAY, FIRST_DELAY, LONGEST_DELAY, WINDOW, PER_ADDRESS, PER_USER, PER_CLIENT, BAN_TIME,
                NEVER_BAN, FLAPPING, FLAPPING_WINDOW, FLAPPING_BAN, PUBLISHES, PUBLISH_BYTES, LISTENER_PUBLISHES,
                LISTENER_PUBLISH_BYTES, EXCESS);
    }

    /// Those that hold from the start of the process to its end, whatever is set later.
    ///
    /// @return connections of an address and of a user, which are counted only if they are limited
    public static List<Option<?>> fixed() {
        return List.of(CONNECTIONS_PER_ADDRESS, CONNECTIONS_PER_USER);
    }

    /// What is set.
    ///
    /// @param options values
    /// @return the limits
    public static DefenceLimits limits(Options options) {
        return new DefenceLimits(
                options.get(CONNECTS),
                options.get(CONNECTS_PER_ADDRESS),
                options.get(CONNECTIONS),
                options.get(CONNECTIONS_PER_ADDRESS),
                options.get(CONNECTIONS_PER_USER),
                options.get(BEFORE_DELAY),
                options.get(FIRST_DELAY).toMillis(),
                options.get(LONGEST_DELAY).toMillis(),
                options.get(WINDOW).toMillis(),
                options.get(PER_ADDRESS),
                options.get(PER_USER),
                options.get(PER_CLIENT),
                options.get(BAN_TIME).toMillis(),
                options.get(FLAPPING),
                options.get(FLAPPING_WINDOW).toMillis(),
                options.get(FLAPPING_BAN).toMillis(),
                options.get(PUBLISHES),
                options.get(PUBLISH_BYTES),
                options.get(LISTENER_PUBLISHES),
                options.get(LISTENER_PUBLISH_BYTES),
                options.get(EXCESS),
                options.get(NEVER_BAN).stream().map(AddressRange::of).toList());
    }
}
