package io.tern.store.archive;

import io.tern.api.Loop;
import java.util.function.Consumer;

/// Somebody wants to have a stretch of a queue read back.
///
/// @param epoch of the session
/// @param fromSequence where to begin
/// @param maxMessages most messages, at least 1
/// @param maxBytes no message is added after this many bytes are reached; at least one is read
/// @param loop where the answer is given
/// @param answer gets what was there
public record ReadRequest(
        long epoch, long fromSequence, int maxMessages, long maxBytes, Loop loop, Consumer<QueueSlice> answer) {}
