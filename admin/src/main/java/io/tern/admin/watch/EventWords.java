package io.tern.admin.watch;

import io.tern.api.SecurityEvent;
import io.tern.api.Visible;
import java.util.Map;
import java.util.stream.Collectors;

/// An event as a line that a person reads.
final class EventWords {

    private EventWords() {}

    /// Whether it is of those that clients cause at will, which the log of clients tells.
    ///
    /// @param event any
    /// @return true for who is let in or not, and for what is denied
    static boolean isClients(SecurityEvent event) {
        return event instanceof SecurityEvent.LoginAccepted
                || event instanceof SecurityEvent.LoginRefused
                || event instanceof SecurityEvent.AccessDenied;
    }

    /// Whether somebody should look after it.
    ///
    /// @param event any
    /// @return false for what was asked for, and for what is over
    static boolean isTrouble(SecurityEvent event) {
        return !(event instanceof SecurityEvent.Administered)
                && (EventFacts.alarm(event) == null || EventFacts.isActive(event));
    }

    /// Says it.
    ///
    /// @param event any
    /// @param facts of it, from [EventFacts#of]
    /// @return one line, such as `alarm scarce/disk: 90 MiB are free where the data lies`
    static String of(SecurityEvent event, Map<String, Object> facts) {
        String alarm = EventFacts.alarm(event);
        if (event instanceof SecurityEvent.Configuration) {
            return "configuration: " + facts.get("text");
        }
        if (alarm != null) {
            Object client = facts.get("client");
            return (EventFacts.isActive(event) ? "alarm " : "over: ") + alarm + ": " + facts.get("text")
                    + (client == null ? "" : " (" + Visible.quoted(client.toString()) + ")");
        }
        return facts.entrySet().stream()
                .filter(fact -> !fact.getKey().equals("at") && fact.getValue() != null)
                .map(fact -> fact.getKey().equals("event")
                        ? ((String) fact.getValue()).replace('_', ' ') + ":"
                        : fact.getKey() + " " + Visible.quoted(String.valueOf(fact.getValue())))
                .collect(Collectors.joining(" "));
    }
}
