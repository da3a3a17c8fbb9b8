package io.tern.broker.quota;

import io.tern.api.AddressRange;
import io.tern.api.Option;
import io.tern.api.Options;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The settings of how much one owner may have the broker keep: a user, as its authentication says, or all clients
/// without one that come from one address.
public final class QuotaOptions {

    private static final int MANY = 1_000_000_000;

    /// Whether there are shares.
    public static final Option<Boolean> FAIR_SHARE = Option.bool(
            "quota.fair_share",
            true,
            "Whether nobody, a user or, of clients without one, an address (of IPv6 a /64), may have more than is left"
                    + " for all others: of limits.memory_bytes in sessions, subscriptions, shared groups and places of"
                    + " retained messages; of limits.retained_bytes; of the disk, once half of what the data may take"
                    + " there besides the journal is in use. Alone it has half. Who has his share is refused sessions"
                    + " and subscriptions with 0x97; what he retains more is delivered, but not retained; his queues"
                    + " drop as they do when they are full, and on a disk of which three quarters are in use what comes"
                    + " instead of what they have. Nobody else notices.");
    private static final Option<Integer> SESSIONS = count("quota.sessions", "sessions",
            "Most sessions of one user, or else address, connected or not; 0 for his share. One more is refused.");
    private static final Option<Integer> SUBSCRIPTIONS = count("quota.subscriptions", "subscriptions",
            "Most subscriptions of one user, or else address, in all his sessions; 0 for his share. One more is"
                    + " refused.");
    private static final Option<Integer> SHARED_GROUPS = count("quota.shared_groups", "groups",
            "Most shared groups that one user, or else address, was the first to join; 0 for his share. One more is"
                    + " refused.");
    private static final Option<Integer> RETAINED_MESSAGES = count("quota.retained_messages", "messages",
            "Most topics with a retained message of one user, or else address; 0 for his share. One more is delivered,"
                    + " but not retained.");
    private static final Option<Long> RETAINED_BYTES = size("quota.retained_bytes",
            "Most bytes of retained messages of one user, or else address; 0 for his share. What is more is delivered,"
                    + " but not retained.");
    private static final Option<Long> DISK_BYTES = size("quota.disk_bytes",
            "Most bytes of messages queued on disk for all sessions and shared groups of one user, or else address,"
                    + " each queue counted for itself; 0 for his share. Beyond it each queue drops as it does when it"
                    + " is full: the oldest message, unless limits.when_full_by_topic says otherwise. The queue of a"
                    + " client that is connected may have 64 KiB all the same.");
    private static final Option<String> EXEMPT = Option.text("quota.exempt", "",
            "Who may have any amount: user names, addresses, networks such as 10.0.0.0/8, names of listeners for"
                    + " clients without user and address, with commas between.");

    private QuotaOptions() {}

    private static Option<Integer> count(String key, String unit, String meaning) {
        return Option.integer(key, 0, 0, MANY, unit, meaning);
    }

    private static Option<Long> size(String key, String meaning) {
        return Option.bytes(key, 0, 0, 1L << 50, meaning);
    }

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(FAIR_SHARE, SESSIONS, SUBSCRIPTIONS, SHARED_GROUPS, RETAINED_MESSAGES, RETAINED_BYTES,
                DISK_BYTES, EXEMPT);
    }

    static QuotaLimits limits(Options options) {
        Set<String> names = new HashSet<>();
        List<AddressRange> ranges = new ArrayList<>();
        for (String each : options.get(EXEMPT).split(",")) {
            if (!each.isBlank()) {
                names.add(each.strip());
                range(each.strip(), ranges);
            }
        }
        return new QuotaLimits(
                options.get(FAIR_SHARE),
                options.get(SESSIONS),
                options.get(SUBSCRIPTIONS),
                options.get(SHARED_GROUPS),
                options.get(RETAINED_MESSAGES),
                options.get(RETAINED_BYTES),
                options.get(DISK_BYTES),
                Set.copyOf(names),
                List.copyOf(ranges));
    }

    /// A user may be called like anything.
    private static void range(String text, List<AddressRange> into) {
        try {
            into.add(AddressRange.of(text));
        } catch (IllegalArgumentException e) {
            // A name.
        }
    }
}
