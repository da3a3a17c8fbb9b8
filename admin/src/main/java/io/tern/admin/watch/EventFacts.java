package io.tern.admin.watch;

import io.tern.api.ClientInfo;
import io.tern.api.SecurityEvent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What is told of an event, by name: the same for the log, the audit log, a webhook and `$SYS`. No secrets: of a name
/// that is longer than names are, which may be a token, only the beginning is told.
public final class EventFacts {

    private static final int NAME_CHARS_MAX = 64;
    private static final int TEXT_CHARS_MAX = 512;
    private static final int HASH_BYTES = 6;

    private static final List<String> KINDS = List.of("login_accepted", "login_refused", "access_denied", "flapping",
            "banned", "administered", "scarce", "queues_full", "acknowledged_dropped", "over_quota", "queue_high",
            "certificate", "stapling", "configuration", "ban_list");

    private EventFacts() {}

    /// All kinds there are.
    ///
    /// @return as [#kind] says them
    public static List<String> kinds() {
        return KINDS;
    }

    /// What kind of event it is.
    ///
    /// @param event any
    /// @return in lower_snake, such as `login_refused`
    public static String kind(SecurityEvent event) {
        return switch (event) {
            case SecurityEvent.LoginAccepted ignored -> "login_accepted";
            case SecurityEvent.LoginRefused ignored -> "login_refused";
            case SecurityEvent.AccessDenied ignored -> "access_denied";
            case SecurityEvent.Flapping ignored -> "flapping";
            case SecurityEvent.Banned ignored -> "banned";
            case SecurityEvent.Administered ignored -> "administered";
            case SecurityEvent.Scarce ignored -> "scarce";
            case SecurityEvent.QueuesFull ignored -> "queues_full";
            case SecurityEvent.AcknowledgedDropped ignored -> "acknowledged_dropped";
            case SecurityEvent.OverQuota ignored -> "over_quota";
            case SecurityEvent.QueueHigh ignored -> "queue_high";
            case SecurityEvent.Certificate ignored -> "certificate";
            case SecurityEvent.Stapling ignored -> "stapling";
            case SecurityEvent.Configuration ignored -> "configuration";
            case SecurityEvent.BanList ignored -> "ban_list";
        };
    }

    /// The alarm that an event raises or ends.
    ///
    /// @param event any
    /// @return null for one that is over as soon as it has happened; else its name, levels of a topic
    public static String alarm(SecurityEvent event) {
        return switch (event) {
            case SecurityEvent.Scarce scarce -> "scarce/" + scarce.what();
            case SecurityEvent.QueuesFull ignored -> "queues_full";
            case SecurityEvent.AcknowledgedDropped ignored -> "acknowledged_dropped";
            case SecurityEvent.OverQuota ignored -> "over_quota";
            case SecurityEvent.QueueHigh high -> "queue_high/" + high.what();
            case SecurityEvent.Certificate certificate -> "certificate/" + certificate.listener();
            case SecurityEvent.Stapling stapling -> "stapling/" + stapling.listener();
            case SecurityEvent.Configuration ignored -> "configuration";
            case SecurityEvent.BanList ignored -> "ban_list";
            default -> null;
        };
    }

    /// Whether what an alarm is about is so now.
    ///
    /// @param event one with an [#alarm]
    /// @return false if it is over
    public static boolean isActive(SecurityEvent event) {
        return switch (event) {
            case SecurityEvent.Scarce scarce -> scarce.active();
            case SecurityEvent.QueuesFull full -> full.active();
            case SecurityEvent.AcknowledgedDropped dropped -> dropped.active();
            case SecurityEvent.OverQuota over -> over.active();
            case SecurityEvent.QueueHigh high -> high.active();
            case SecurityEvent.Certificate certificate -> certificate.active();
            case SecurityEvent.Stapling stapling -> stapling.active();
            case SecurityEvent.Configuration configuration -> configuration.active();
            case SecurityEvent.BanList list -> list.active();
            default -> false;
        };
    }

    /// All that is told of it.
    ///
    /// @param event any
    /// @param atMillis when it happened, milliseconds since 1970
    /// @return names and texts, numbers or truths, in order
    public static Map<String, Object> of(SecurityEvent event, long atMillis) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("at", atMillis);
        facts.put("event", kind(event));
        switch (event) {
            case SecurityEvent.LoginAccepted accepted -> {
                client(accepted.client(), facts);
                facts.put("source", accepted.client().identity().source());
            }
            case SecurityEvent.LoginRefused refused -> {
                client(refused.client(), facts);
                facts.put("reason", String.format(Locale.ROOT, "0x%02X", refused.reason().value()));
                facts.put("why", shortened(refused.why(), TEXT_CHARS_MAX));
            }
            case SecurityEvent.AccessDenied denied -> {
                client(denied.client(), facts);
                facts.put("action", denied.access().action().name().toLowerCase(Locale.ROOT));
                facts.put("topic", shortened(denied.access().topic(), TEXT_CHARS_MAX));
                if (denied.besides() > 0) {
                    facts.put("besides", denied.besides());
                }
            }
            case SecurityEvent.Flapping flapping -> client(flapping.client(), facts);
            case SecurityEvent.Banned banned -> {
                facts.put("kind", banned.kind());
                facts.put("value", shortened(banned.value(), TEXT_CHARS_MAX));
                facts.put("by", banned.by());
                facts.put("why", shortened(banned.reason(), TEXT_CHARS_MAX));
                facts.put("until", banned.untilMillis() == Long.MAX_VALUE ? null : banned.untilMillis());
            }
            case SecurityEvent.Administered administered -> {
                client(administered.client(), facts);
                facts.put("action", administered.action());
                facts.put("detail", shortened(administered.detail(), TEXT_CHARS_MAX));
            }
            case SecurityEvent.Scarce scarce -> state(scarce.active(), scarce.text(), facts);
            case SecurityEvent.QueuesFull full ->
                state(full.active(), full.dropped() + " messages were dropped from full queues", facts);
            case SecurityEvent.AcknowledgedDropped dropped -> {
                facts.put("client", shortened(dropped.owner(), NAME_CHARS_MAX));
                facts.put("reason", dropped.reason());
                facts.put("messages", dropped.messages());
                state(dropped.active(), dropped.messages() + " acknowledged messages were dropped from full queues; see"
                        + " limits.queue_disk_bytes, queue_bytes, queue_messages and memory_bytes, and quota", facts);
            }
            case SecurityEvent.OverQuota over -> {
                facts.put("times", over.times());
                state(over.active(), over.last() + "; somebody was refused " + over.times() + " times", facts);
            }
            case SecurityEvent.QueueHigh high -> {
                facts.put("client", shortened(high.client(), NAME_CHARS_MAX));
                state(high.active(), high.text(), facts);
            }
            case SecurityEvent.Certificate certificate -> {
                facts.put("listener", certificate.listener());
                state(certificate.active(), certificate.text(), facts);
            }
            case SecurityEvent.Stapling stapling -> {
                facts.put("listener", stapling.listener());
                state(stapling.active(), stapling.text(), facts);
            }
            case SecurityEvent.Configuration configuration ->
                state(configuration.active(), configuration.text(), facts);
            case SecurityEvent.BanList list -> state(list.active(), list.text(), facts);
        }
        return facts;
    }

    private static void state(boolean active, String text, Map<String, Object> facts) {
        facts.put("active", active);
        facts.put("text", shortened(text, TEXT_CHARS_MAX));
    }

    private static void client(ClientInfo client, Map<String, Object> facts) {
        facts.put("client", shortened(client.clientId(), NAME_CHARS_MAX));
        facts.put("user", shortened(client.userName(), NAME_CHARS_MAX));
        facts.put("address", switch (client.connection().remote()) {
            case null -> null;
            case InetSocketAddress remote -> remote.getHostString() + ":" + remote.getPort();
            case SocketAddress other -> other.toString();
        });
        facts.put("listener", client.connection().listener());
    }

    /// What is left out is told by a hash, so that two that begin alike can be told apart.
    private static String shortened(String text, int most) {
        if (text == null || text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "...#" + hash(text);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
