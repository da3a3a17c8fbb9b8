package io.tern.client;

/// What a [ClientSession] does by itself.
///
/// @param inFlightMessages QoS 1 and 2 messages sent and not yet acknowledged, at most, 1 to 65,535; the server's
///     Receive Maximum may lower it
/// @param answerMillis how long to wait for CONNACK, and at the end for the last bytes to leave
/// @param resubscribe whether granted subscriptions are asked again when the server has lost the session
/// @param firstPacketId where packet identifiers begin, 1 to 65,535. A process that resumes a session which an
///     earlier process left should begin at random: the server may still hold an identifier of the earlier one
///     open, and would take a new QoS 2 message under it for a repeat
public record SessionOptions(int inFlightMessages, long answerMillis, boolean resubscribe, int firstPacketId) {

    /// 64 in flight, 10 seconds, resubscribe, identifiers from 1.
    public static final SessionOptions DEFAULT = new SessionOptions(64, 10_000, true, 1);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value that is out of range
    public SessionOptions {
        if (inFlightMessages < 1 || inFlightMessages > 0xFFFF) {
            throw new IllegalArgumentException("inFlightMessages " + inFlightMessages);
        }
        if (answerMillis < 1) {
            throw new IllegalArgumentException("answerMillis " + answerMillis);
        }
        if (firstPacketId < 1 || firstPacketId > 0xFFFF) {
            throw new IllegalArgumentException("firstPacketId " + firstPacketId);
        }
    }
}
