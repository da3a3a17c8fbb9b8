package io.tern.api;

/// One message of a session's queue, read back from a [Store].
///
/// @param sequence its place in the queue
/// @param message what; null if the receiver has it (PUBREC came) and only PUBREL is owed
/// @param qos 1 or 2
/// @param retain the RETAIN flag to send
/// @param identifiers subscription identifiers to send, or null
public record Stored(long sequence, Message message, int qos, boolean retain, int[] identifiers) {}
