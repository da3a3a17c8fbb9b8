package io.tern.api;

import io.tern.wire.ReasonCode;

/// Something that matters to whoever watches over the broker. Carries no secrets.
public sealed interface SecurityEvent {

    /// Takes events. From any thread; must not block.
    @FunctionalInterface
    interface Sink {

        /// Takes nothing.
        Sink NONE = event -> { };

        /// Takes one.
        ///
        /// @param event what has happened
        void on(SecurityEvent event);
    }

    /// A client was let in.
    ///
    /// @param client with its identity
    record LoginAccepted(ClientInfo client) implements SecurityEvent {}

    /// A client was not let in.
    ///
    /// @param client who it said it was
    /// @param reason what it was told
    /// @param why for the operator
    record LoginRefused(ClientInfo client, ReasonCode reason, String why) implements SecurityEvent {}

    /// A client connects more often than is put up with.
    ///
    /// @param client who
    record Flapping(ClientInfo client) implements SecurityEvent {}

    /// Somebody is kept out from now on.
    ///
    /// @param kind what the ban goes by: client, user, address, client_regex, user_regex
    /// @param value of that kind
    /// @param by who has made it
    /// @param reason why
    /// @param untilMillis when it ends, milliseconds since 1970; [Long#MAX_VALUE] for never
    record Banned(String kind, String value, String by, String reason, long untilMillis) implements SecurityEvent {}

    /// A client was not allowed to do something. Said once a second for a connection at most.
    ///
    /// @param client who
    /// @param access what
    record AccessDenied(ClientInfo client, Access access) implements SecurityEvent {}
}
