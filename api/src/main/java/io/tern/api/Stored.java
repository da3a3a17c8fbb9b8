package io.tern.api;

/// One message of a queue, read back from a [Store].
///
/// @param sequence its place in the queue
/// @param message what; null if the receiver has it (PUBREC came) and only PUBREL is owed. Only of a delayed one it is
///     known whose it is and who published it
/// @param qos 1 or 2; of a delayed message that with which it was published, 0 to 2
/// @param retain the RETAIN flag to send; of a delayed message that with which it was published
/// @param identifiers subscription identifiers to send, or null
public record Stored(long sequence, Message message, int qos, boolean retain, int[] identifiers) {}
