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

    /// A client was not allowed to do something. Said once a second for a connection at most.
    ///
    /// @param client who
    /// @param access what
    record AccessDenied(ClientInfo client, Access access) implements SecurityEvent {}
}
