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

    /// Somebody has done something about the broker itself.
    ///
    /// @param client who, and from where
    /// @param action what, such as `addBan`
    /// @param detail of what, without secrets
    record Administered(ClientInfo client, String action, String detail) implements SecurityEvent {}

    /// Something of the machine runs out, or doesn't any more.
    ///
    /// @param what short word: memory, file_descriptors, disk
    /// @param active whether it is so now
    /// @param text for the operator
    record Scarce(String what, boolean active, String text) implements SecurityEvent {}

    /// Queues are full and drop messages, or none was dropped for a minute.
    ///
    /// @param active whether it goes on
    /// @param dropped messages, since it began
    record QueuesFull(boolean active, long dropped) implements SecurityEvent {}

    /// Messages are dropped although they were acknowledged, since queues are full; or none was for a while.
    ///
    /// @param active whether it goes on
    /// @param messages how many, since it began
    /// @param reason of the last, `queue_full`, `memory_full` or `over_quota`
    /// @param owner whose queue the last was in: a client identifier, or `a shared group`
    record AcknowledgedDropped(boolean active, long messages, String reason, String owner) implements SecurityEvent {}

    /// Users or addresses have as much as they may have, and were refused more; or none was for a while.
    ///
    /// @param active whether it goes on
    /// @param times how often, since it began
    /// @param last who, of what, for the operator
    record OverQuota(boolean active, long times, String last) implements SecurityEvent {}

    /// Queues are nearly full, or aren't any more.
    ///
    /// @param what short word: sessions, for those of single clients; memory, for all together; disk
    /// @param active whether it is so now
    /// @param client the client with the fullest queue, or the filter of a shared group, or null
    /// @param text for the operator
    record QueueHigh(String what, boolean active, String client, String text) implements SecurityEvent {}

    /// A certificate expires soon, has expired, can't be used, or all is well with it again.
    ///
    /// @param listener whose
    /// @param active whether something is wrong
    /// @param text for the operator
    record Certificate(String listener, boolean active, String text) implements SecurityEvent {}

    /// OCSP responses of a listener's certificates can't be fetched, or can again.
    ///
    /// @param listener whose
    /// @param active whether something is wrong
    /// @param text for the operator
    record Stapling(String listener, boolean active, String text) implements SecurityEvent {}

    /// A configuration that was read again can't be used, so the one before still holds; or one can, again.
    ///
    /// @param active whether something is wrong
    /// @param text what
    record Configuration(boolean active, String text) implements SecurityEvent {}

    /// The file of the bans can't be read in part, or can't be written; or it is written again.
    ///
    /// @param active whether something is wrong
    /// @param text for the operator
    record BanList(boolean active, String text) implements SecurityEvent {}

    /// A client was not allowed to do something. Said once a second for a connection at most, with how often it was
    /// besides since the last time; what remains is said when the connection ends.
    ///
    /// @param client who
    /// @param access what
    /// @param besides how many times more, of whatever kind
    record AccessDenied(ClientInfo client, Access access, long besides) implements SecurityEvent {

        /// Once.
        ///
        /// @param client who
        /// @param access what
        public AccessDenied(ClientInfo client, Access access) {
            this(client, access, 0);
        }
    }
}
