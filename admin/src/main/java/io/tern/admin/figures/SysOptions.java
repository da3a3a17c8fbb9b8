package io.tern.admin.figures;

import io.tern.api.Option;
import java.time.Duration;
import java.util.List;

/// The settings of what the broker says of itself.
public final class SysOptions {

    /// Pause between two rounds.
    public static final Option<Duration> SYS_INTERVAL = Option.duration(
            "sys_interval", Duration.ofSeconds(10), Duration.ZERO, Duration.ofHours(1),
            "How often figures are published below $SYS/broker, those that have changed; 0 for never.");

    private SysOptions() {}

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(SYS_INTERVAL);
    }
}
