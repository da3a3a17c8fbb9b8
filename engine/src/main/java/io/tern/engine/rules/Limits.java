package io.tern.engine.rules;

/// The bounds that a server sets for each of its clients.
///
/// @param packetBytes largest packet taken from a client, 16 and up
/// @param receiveMaximum most QoS 1 and QoS 2 messages of one client that are unanswered at once, 1 to 65,535
/// @param inFlightMessages most QoS 1 and QoS 2 messages sent to one client and unanswered, 1 to 65,535
/// @param inFlightFirstMessages how many of these at first, before a client has shown that it answers more, 1 to 65,535
/// @param topicAliasMaximum highest topic alias that a client may use, 0 to 65,535
/// @param topicAliasesUsed most topic aliases that we use towards a client, 0 to 65,535
/// @param topicAliasesMaximumQos highest QoS of the messages that we use them for, 0 to 2
/// @param topicLevels most levels of a topic or filter, 1 to 65,536
/// @param topicBytes longest topic or filter, 1 to 65,535
/// @param keepAliveSecondsMaximum longest keep-alive granted, 0 for any, also none
/// @param sessionExpirySecondsMaximum longest a session outlives its connection, 0 to 4,294,967,295 (for ever)
/// @param queueBytes most bytes of messages queued for one session in memory; QoS 0 takes at most half of it
/// @param queueDiskBytes most bytes of messages queued for one session, in memory and on disk together
/// @param queueMessages most messages queued for one session, wherever they are; 0 for any number
/// @param clientIdBytes longest client identifier, 23 to 65,535
/// @param connectMillis how long a new connection may take until its CONNECT is there, and then until it is let in
/// @param packetIds packet identifiers that are used towards one client, 2 to 65,535
/// @param pointToPoint whether a message may go to one client alone, see [io.tern.wire.PointToPoint]
/// @param delayed whether a message may wait for its time, see [io.tern.wire.Delayed]
public record Limits(
        int packetBytes,
        int receiveMaximum,
        int inFlightMessages,
        int inFlightFirstMessages,
        int topicAliasMaximum,
        int topicAliasesUsed,
        int topicAliasesMaximumQos,
        int topicLevels,
        int topicBytes,
        int keepAliveSecondsMaximum,
        long sessionExpirySecondsMaximum,
        long queueBytes,
        long queueDiskBytes,
        int queueMessages,
        int clientIdBytes,
        long connectMillis,
        int packetIds,
        boolean pointToPoint,
        boolean delayed) {

    /// All packet identifiers that there are [MQTT-2.2.1-3].
    public static final int PACKET_IDS = 65_535;

    /// Stands for a session that never ends, in seconds [MQTT 5.0, 3.1.2.11.2].
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;
}
