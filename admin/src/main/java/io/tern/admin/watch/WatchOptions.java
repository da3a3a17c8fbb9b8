package io.tern.admin.watch;

import io.tern.api.Option;
import java.util.List;

/// The settings of alarms and of the audit log.
public final class WatchOptions {

    static final Option<String> AUDIT_FILE = Option.text(
            "audit.file",
            "",
            "File to which each decision about a login, each denial and each administrative action is written, a line"
                    + " of JSON each; none if empty.");
    static final Option<Long> AUDIT_BYTES = Option.bytes(
            "audit.bytes", 10L << 20, 4096, 1L << 40, "When it is so large it is put aside, and a new one begun.");
    static final Option<Integer> AUDIT_FILES = Option.integer(
            "audit.files", 5, 1, 1000, "files", "How many are kept, the present one included.");
    static final Option<String> WEBHOOK = Option.text(
            "alarms.webhook", "", "URL to which events are posted as JSON; none if empty.");
    static final Option<List<String>> WEBHOOK_EVENTS = Option.texts(
            "alarms.webhook_events",
            List.of("login_refused", "banned", "flapping", "administered", "scarce", "queues_full",
                    "acknowledged_dropped", "queue_high", "certificate", "stapling", "configuration", "ban_list"),
            "Which events; there are login_accepted and access_denied, too.");

    private WatchOptions() {}

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(AUDIT_FILE, AUDIT_BYTES, AUDIT_FILES, WEBHOOK, WEBHOOK_EVENTS);
    }
}
