package io.tern.broker.quota;

/// What an owner can have too much of.
public enum Kind {
    /// Sessions, with or without a connection.
    SESSIONS("sessions"),
    /// Subscriptions of all its sessions.
    SUBSCRIPTIONS("subscriptions"),
    /// Shared groups that it was the first to join.
    SHARED_GROUPS("shared groups"),
    /// Topics whose retained message is its own.
    RETAINED("retained messages"),
    /// What waits on disk for its sessions and shared groups.
    DISK("messages queued on disk");

    private final String words;

    Kind(String words) {
        this.words = words;
    }

    /// @return for a person
    public String words() {
        return words;
    }
}
