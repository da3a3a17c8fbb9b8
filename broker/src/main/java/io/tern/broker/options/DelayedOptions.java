package io.tern.broker.options;

import io.tern.api.Option;
import java.util.List;

/// The settings of messages that wait for their time.
public final class DelayedOptions {

    private static final int MANY = 1_000_000_000;

    /// Whether there are any.
    public static final Option<Boolean> ENABLED = Option.bool(
            "delayed.enabled",
            true,
            "Whether a message may wait for its time, by `$delayed/{seconds}/{topic}` or the user property"
                    + " tern-deliver-at; if not, nobody may publish there, and the property means nothing.");

    /// How many.
    public static final Option<Integer> MESSAGES = Option.integer(
            "delayed.max_messages",
            1_000_000,
            1,
            MANY,
            "messages",
            "Most messages that wait for their time. One more is refused with 0x97.");

    /// How large all together.
    public static final Option<Long> BYTES = Option.bytes(
            "delayed.max_bytes",
            1L << 30,
            64 * 1024,
            1L << 50,
            "Most bytes of all messages that wait for their time. What is more is refused with 0x97.");

    /// How many of one client.
    public static final Option<Integer> MESSAGES_PER_CLIENT = Option.integer(
            "delayed.max_messages_per_client",
            10_000,
            1,
            MANY,
            "messages",
            "Most messages of one client that wait for their time. One more is refused with 0x97.");

    private DelayedOptions() {}

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(ENABLED, MESSAGES, BYTES, MESSAGES_PER_CLIENT);
    }
}
